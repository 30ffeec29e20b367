//! Which nodes live, and which of them leads.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// All nodes listen here, and clients are told so.
pub(crate) const HOST: &str = "127.0.0.1";

/// The members of a cluster.
#[derive(Debug)]
pub(crate) struct Roles(Mutex<State>);

#[derive(Clone, Debug)]
struct State {
    members: Vec<Member>,
    leader: Option<usize>,
}

/// One node as the others see it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Member {
    pub(crate) port: u16,
    pub(crate) is_alive: bool,
    pub(crate) leads: bool,
}

impl Roles {
    /// All alive, the first leads.
    pub(crate) fn new(ports: &[u16]) -> Self {
        let member = |port: &u16| Member { port: *port, is_alive: true, leads: false };
        let members = ports.iter().map(member).collect();
        Self(Mutex::new(State { members, leader: Some(0) }))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A leader that died is followed at once by the first that lives, if most do; a node that comes
    /// back where there is no leader is one to choose.
    pub(crate) fn set_alive(&self, node: usize, is_alive: bool) {
        let mut state = self.state();
        if let Some(member) = state.members.get_mut(node) {
            member.is_alive = is_alive;
        }
        if state.lives(state.leader) && state.has_quorum() {
            return;
        }
        let first = state.members.iter().position(|member| member.is_alive);
        state.leader = first.filter(|_| state.has_quorum());
    }

    /// `None` for nobody.
    pub(crate) fn lead(&self, node: Option<usize>) {
        self.state().leader = node;
    }

    /// Who leads, if it lives.
    pub(crate) fn leader(&self) -> Option<(usize, u16)> {
        let state = self.state();
        let leader = state.leader.filter(|leader| state.lives(Some(*leader)))?;
        Some((leader, state.members.get(leader)?.port))
    }

    pub(crate) fn members(&self) -> Vec<Member> {
        let state = self.state();
        let leads = |node: usize, member: Member| state.leader == Some(node) && member.is_alive;
        let members = state.members.iter().copied().enumerate();
        members.map(|(node, member)| Member { leads: leads(node, member), ..member }).collect()
    }
}

impl State {
    fn lives(&self, node: Option<usize>) -> bool {
        node.and_then(|node| self.members.get(node)).is_some_and(|member| member.is_alive)
    }

    fn has_quorum(&self) -> bool {
        let alive = self.members.iter().filter(|member| member.is_alive).count();
        alive * 2 > self.members.len()
    }
}
