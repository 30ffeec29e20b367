//! Pages of a list: Relay connections with a cap.

use async_graphql::{Object, OutputType, SimpleObject, TypeName};
use std::{borrow::Cow, str::FromStr};

use super::scalars::bad_input;

/// The most nodes of one page.
pub(super) const FIRST_MAX: usize = 100;

/// What page is asked: so many nodes after a cursor.
#[derive(Debug, Clone)]
pub(super) struct PageAsk {
    /// How many nodes.
    pub(super) first: usize,
    /// The cursor of the node before.
    pub(super) after: Option<String>,
}

impl PageAsk {
    /// `first` from 1 to 100; `after` a cursor that an answer gave.
    pub(super) fn new(first: i32, after: Option<String>) -> async_graphql::Result<Self> {
        let first = usize::try_from(first).ok().filter(|first| (1..=FIRST_MAX).contains(first));
        let first = first.ok_or_else(|| bad_input("`first`: expected 1 to 100"))?;
        Ok(Self { first, after })
    }

    /// How many to read: one more, to know whether any follow.
    pub(super) fn to_read(&self) -> u32 {
        u32::try_from(self.first + 1).unwrap_or(u32::MAX)
    }

    /// The cursor of the node before, where it is read off its words.
    pub(super) fn cursor<C: FromStr>(&self) -> async_graphql::Result<Option<C>> {
        let cursor = self.after.as_deref().map(str::parse).transpose();
        cursor.map_err(|_bad| bad_cursor())
    }

    /// Where in a list that is whole in memory the page begins; `cursor` names a node for good, so
    /// that it survives what is inserted before it.
    pub(super) fn begins_at<T>(
        &self,
        all: &[T],
        cursor: impl Fn(&T) -> String,
    ) -> async_graphql::Result<usize> {
        let Some(after) = &self.after else { return Ok(0) };
        let found = all.iter().position(|node| cursor(node) == *after);
        found.map(|place| place + 1).ok_or_else(bad_cursor)
    }

    /// The page of a list of which one more than asked was read.
    pub(super) fn of_read<T>(&self, read: Vec<T>, cursor: impl Fn(&T) -> String) -> Page<T> {
        let has_next_page = read.len() > self.first;
        let nodes = read.into_iter().take(self.first);
        let edges = nodes.map(|node| Edge { cursor: cursor(&node), node }).collect();
        Page { edges, has_next_page }
    }
}

/// A cursor that no answer gave.
pub(super) fn bad_cursor() -> async_graphql::Error {
    bad_input("`after`: expected a cursor that an answer gave")
}

/// One node and its cursor.
pub struct Edge<T> {
    pub(super) cursor: String,
    pub(super) node: T,
}

/// A page of a list.
pub struct Page<T> {
    pub(super) edges: Vec<Edge<T>>,
    pub(super) has_next_page: bool,
}

/// Where a page ends.
#[derive(SimpleObject)]
pub struct PageInfo {
    /// Whether more follow.
    has_next_page: bool,
    /// The cursor of the last node.
    end_cursor: Option<String>,
}

impl<T> Page<T> {
    /// The same page of something else.
    pub(super) fn map<U>(self, change: impl Fn(T) -> U) -> Page<U> {
        let edges = self.edges.into_iter();
        let edges = edges.map(|edge| Edge { cursor: edge.cursor, node: change(edge.node) });
        Page { edges: edges.collect(), has_next_page: self.has_next_page }
    }
}

impl<T: OutputType> TypeName for Page<T> {
    fn type_name() -> Cow<'static, str> {
        format!("{}Connection", T::type_name()).into()
    }
}

impl<T: OutputType> TypeName for Edge<T> {
    fn type_name() -> Cow<'static, str> {
        format!("{}Edge", T::type_name()).into()
    }
}

/// One node and its cursor.
#[Object(name_type)]
impl<T: OutputType> Edge<T> {
    /// Its cursor, for `after`.
    async fn cursor(&self) -> &str {
        &self.cursor
    }
    /// The node.
    async fn node(&self) -> &T {
        &self.node
    }
}

/// A page of a list.
#[Object(name_type)]
impl<T: OutputType> Page<T> {
    /// The nodes with their cursors.
    async fn edges(&self) -> &[Edge<T>] {
        &self.edges
    }
    /// The nodes alone.
    async fn nodes(&self) -> Vec<&T> {
        self.edges.iter().map(|edge| &edge.node).collect()
    }
    /// Where the page ends.
    async fn page_info(&self) -> PageInfo {
        PageInfo {
            has_next_page: self.has_next_page,
            end_cursor: self.edges.last().map(|edge| edge.cursor.clone()),
        }
    }
}
