//! A cluster in this process: started, broken and asked about by a test.

use std::{
    fmt,
    io::{self, ErrorKind},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::net::TcpSocket;
use tokio_rustls::TlsAcceptor;

use crate::{
    chaos::Chaos,
    counters::Asked,
    door::Door,
    ice::Ice,
    net,
    node::{self, Running},
    roles::HOST,
    settings::Settings,
    shared::Shared,
};

/// One or three nodes over one log in memory. They run on threads of their own, so that tests with and
/// without a runtime may use it; dropping it ends them.
pub struct Cluster {
    shared: Arc<Shared>,
    tls: Option<TlsAcceptor>,
    nodes: Vec<Place>,
}

/// Where a node stands.
#[derive(Debug)]
struct Place {
    port: u16,
    ice: Arc<Ice>,
    /// Whether it runs, or only has its port.
    state: Mutex<State>,
}

#[derive(Debug)]
enum State {
    Running(#[expect(dead_code, reason = "held, to be dropped")] Running),
    Dead(TcpSocket),
    /// Between the two; also after a revival that failed.
    Gone,
}

impl Cluster {
    /// Starts all nodes; the first leads.
    ///
    /// # Errors
    ///
    /// A port that is taken, an identity that is no PEM, a number of nodes that is neither 1 nor 3.
    pub fn start(settings: Settings) -> io::Result<Self> {
        if !matches!(settings.nodes, 1 | 3) {
            return Err(io::Error::new(ErrorKind::InvalidInput, "a cluster has 1 or 3 nodes"));
        }
        let tls = settings.identity.as_ref().map(net::acceptor).transpose()?;
        let sockets = (0..settings.nodes).map(|node| node::hold(port_of(settings.port, node)));
        let sockets = sockets.collect::<io::Result<Vec<_>>>()?;
        let ports: Vec<u16> = sockets.iter().map(|(_, port)| *port).collect();
        let shared = Arc::new(Shared::new(settings, &ports));
        let mut nodes = Vec::new();
        for (node, (socket, port)) in sockets.into_iter().enumerate() {
            let door = Door { shared: Arc::clone(&shared), node };
            let ice = Arc::new(Ice::default());
            let running = node::run(door, socket, tls.clone(), Arc::clone(&ice))?;
            nodes.push(Place { port, ice, state: Mutex::new(State::Running(running)) });
        }
        Ok(Self { shared, tls, nodes })
    }

    /// The connection string with every node in it: `kurrentdb://127.0.0.1:PORT?tls=false`.
    pub fn address(&self) -> String {
        let host = |place: &Place| format!("{HOST}:{}", place.port);
        let hosts: Vec<String> = self.nodes.iter().map(host).collect();
        let user = self.shared.settings.user.as_ref();
        let user = user.map(|user| format!("{}:{}@", user.name, user.password));
        let tls = self.tls.is_some();
        format!("kurrentdb://{}{}?tls={tls}", user.unwrap_or_default(), hosts.join(","))
    }

    /// The node of that number, from 0.
    pub fn node(&self, number: usize) -> Node<'_> {
        Node { cluster: self, number }
    }

    /// The number of the node that leads; `None` while nobody does.
    pub fn leader(&self) -> Option<usize> {
        self.shared.roles.leader().map(|(leader, _)| leader)
    }

    /// Makes that node the leader. Open subscriptions stay. Who wants the leader and asks the old one is
    /// told where it is now, also on a stream of batches that is open.
    pub fn lead(&self, number: usize) {
        self.shared.roles.lead(Some(number));
    }

    /// Leaves the cluster without a leader, as between two elections: nothing can be written.
    pub fn depose(&self) {
        self.shared.roles.lead(None);
    }

    /// What can be made to go wrong.
    pub fn chaos(&self) -> &Chaos {
        &self.shared.chaos
    }

    /// What was asked so far.
    pub fn asked(&self) -> Asked {
        self.shared.counters.told()
    }

    /// Sets `$tb` in the metadata of `stream`: reads of it begin at the revision `before`.
    pub fn truncate(&self, stream: &str, before: u64) {
        self.shared.log.truncate(stream, before);
    }

    /// Takes what was deleted, truncated or grew too old out of `$all` too.
    pub fn scavenge(&self) {
        self.shared.log.scavenge();
    }

    fn place(&self, number: usize) -> io::Result<&Place> {
        let place = self.nodes.get(number);
        place.ok_or_else(|| io::Error::new(ErrorKind::NotFound, "no such node"))
    }
}

impl Place {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Cluster {
    fn fmt(&self, form: &mut fmt::Formatter<'_>) -> fmt::Result {
        form.debug_struct("Cluster").field("nodes", &self.nodes).finish_non_exhaustive()
    }
}

/// The port asked for one of several nodes; 0 is any.
fn port_of(first: u16, node: usize) -> u16 {
    match (first, u16::try_from(node)) {
        (0, _) | (_, Err(_)) => 0,
        (first, Ok(node)) => first.saturating_add(node),
    }
}

/// One node of a cluster.
#[derive(Clone, Copy, Debug)]
pub struct Node<'c> {
    cluster: &'c Cluster,
    number: usize,
}

impl Node<'_> {
    /// Ends it at once: connections are cut, new ones refused, another node leads if most are left.
    /// What was written stays.
    ///
    /// # Errors
    ///
    /// There is no such node, or its port could not be held.
    pub fn kill(&self) -> io::Result<()> {
        let mut state = self.cluster.place(self.number)?.state();
        if !matches!(*state, State::Running(_)) {
            return Ok(());
        }
        *state = State::Gone;
        self.cluster.shared.roles.set_alive(self.number, false);
        *state = State::Dead(node::hold(self.port())?.0);
        Ok(())
    }

    /// Lets it listen again, on its old port.
    ///
    /// # Errors
    ///
    /// There is no such node, or its port was taken in the meantime.
    pub fn revive(&self) -> io::Result<()> {
        let place = self.cluster.place(self.number)?;
        let mut state = place.state();
        let socket = match std::mem::replace(&mut *state, State::Gone) {
            State::Dead(socket) => socket,
            State::Gone => node::hold(self.port())?.0,
            running @ State::Running(_) => {
                *state = running;
                return Ok(());
            }
        };
        let door = Door { shared: Arc::clone(&self.cluster.shared), node: self.number };
        let (tls, ice) = (self.cluster.tls.clone(), Arc::clone(&place.ice));
        *state = State::Running(node::run(door, socket, tls, ice)?);
        self.cluster.shared.roles.set_alive(self.number, true);
        Ok(())
    }

    /// Lets it hang: connections stay and are taken, and nothing comes through them until it thaws. It
    /// leads as long as nobody else is made to.
    ///
    /// # Errors
    ///
    /// There is no such node.
    pub fn freeze(&self) -> io::Result<()> {
        self.cluster.place(self.number).map(|place| place.ice.freeze())
    }

    /// Lets everything through that was held since it froze.
    ///
    /// # Errors
    ///
    /// There is no such node.
    pub fn thaw(&self) -> io::Result<()> {
        self.cluster.place(self.number).map(|place| place.ice.thaw())
    }

    /// Its own connection string, without the others: `kurrentdb://127.0.0.1:PORT?tls=false`.
    pub fn address(&self) -> String {
        let tls = self.cluster.tls.is_some();
        format!("kurrentdb://{HOST}:{}?tls={tls}", self.port())
    }

    /// The port it listens on while it lives; 0 for a node that is not there.
    pub fn port(&self) -> u16 {
        self.cluster.nodes.get(self.number).map_or(0, |place| place.port)
    }
}
