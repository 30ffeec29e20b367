//! Refetching by global id: `Pathway:<uuid>`.

use async_graphql::{Context, ID, Object};

use super::{pathway::Pathway, scalars::pathway_id};
use crate::{
    desk::{Asked, Desk},
    identity,
};

mod interface {
    #![expect(missing_docs, reason = "the derive writes a method without a doc comment")]

    use async_graphql::{ID, Interface};

    use crate::schema::pathway::Pathway;

    /// Something with a global id.
    #[derive(Interface)]
    #[graphql(field(name = "id", ty = "ID", desc = "Its id."))]
    pub enum Node {
        /// A pathway.
        Pathway(Pathway),
    }
}

pub use interface::Node;

/// Refetching.
#[derive(Default)]
pub struct NodeQuery;

#[Object]
impl NodeQuery {
    /// The thing of that id, with the same rights as everywhere; null where there is none for you.
    async fn node(&self, ctx: &Context<'_>, id: ID) -> async_graphql::Result<Option<Node>> {
        let principal = identity::principal(ctx)?;
        let asked = Asked::by(ctx, principal)?;
        let known = Desk::of(ctx)?.known(asked, pathway_id(&id)?, None).await?;
        Ok(known.map(|known| Node::Pathway(Pathway(known))))
    }
}
