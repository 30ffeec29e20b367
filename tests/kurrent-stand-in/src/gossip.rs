//! Who the nodes are, and what they can do: the services `Gossip` and `ServerFeatures`.

use tonic::{Request, Response, Status};
use uuid::Uuid;

use crate::{
    counters::count,
    door::Door,
    log::ticks_now,
    roles::{HOST, Member},
    wire::{
        Empty,
        gossip::{
            ClusterInfo, EndPoint, MemberInfo, gossip_server::Gossip, member_info::VNodeState,
        },
        server_features::{
            SupportedMethod, SupportedMethods, server_features_server::ServerFeatures,
        },
        structured,
    },
};

#[tonic::async_trait]
impl Gossip for Door {
    async fn read(&self, _: Request<Empty>) -> Result<Response<ClusterInfo>, Status> {
        count(&self.shared.counters.gossips);
        let members = self.shared.roles.members();
        Ok(Response::new(ClusterInfo { members: members.into_iter().map(told).collect() }))
    }
}

fn told(member: Member) -> MemberInfo {
    let state = if member.leads { VNodeState::Leader } else { VNodeState::Follower };
    let id = Uuid::new_v5(&Uuid::NAMESPACE_OID, &member.port.to_be_bytes());
    MemberInfo {
        instance_id: Some(structured(id)),
        time_stamp: ticks_now().cast_signed(),
        state: state.into(),
        is_alive: member.is_alive,
        http_end_point: Some(EndPoint { address: HOST.to_owned(), port: member.port.into() }),
    }
}

/// The methods there are, in lower case as the server names them.
const METHODS: [(&str, &[&str]); 3] = [
    (
        "event_store.client.streams.streams",
        &["read", "append", "delete", "tombstone", "batchappend"],
    ),
    ("event_store.client.gossip.gossip", &["read"]),
    ("event_store.client.server_features.serverfeatures", &["getsupportedmethods"]),
];

#[tonic::async_trait]
impl ServerFeatures for Door {
    async fn get_supported_methods(
        &self,
        _: Request<Empty>,
    ) -> Result<Response<SupportedMethods>, Status> {
        let of = |(service, methods): (&str, &[&str])| {
            let service = service.to_owned();
            let method = |name: &&str| SupportedMethod {
                method_name: (*name).to_owned(),
                service_name: service.clone(),
                features: Vec::new(),
            };
            methods.iter().map(method).collect::<Vec<_>>()
        };
        let event_store_server_version = self.shared.settings.version.clone();
        let methods = METHODS.into_iter().flat_map(of).collect();
        Ok(Response::new(SupportedMethods { methods, event_store_server_version }))
    }
}
