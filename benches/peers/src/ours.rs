//! Our side: a process that is told by lines what to do, and answers how long it took.

use std::{path::Path, process::Stdio};

use anyhow::Context;
use async_trait::async_trait;
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines},
    process::{Child, ChildStdin, ChildStdout, Command},
};

use crate::side::{PATHWAYS, Side};

/// The process.
pub struct Ours {
    told: ChildStdin,
    answers: Lines<BufReader<ChildStdout>>,
    _process: Child,
}

impl Ours {
    pub fn start(binary: &str, store: &str, dir: &Path) -> anyhow::Result<Self> {
        let mut command = Command::new(binary);
        command.arg(store).arg(dir).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut process = command.kill_on_drop(true).spawn().context(binary.to_owned())?;
        let told = process.stdin.take().context("its input")?;
        let answers = BufReader::new(process.stdout.take().context("its output")?).lines();
        Ok(Self { told, answers, _process: process })
    }

    async fn ask(&mut self, line: String) -> anyhow::Result<f64> {
        self.told.write_all(format!("{line}\n").as_bytes()).await?;
        let answer = self.answers.next_line().await?.context("it ended")?;
        Ok(answer.parse()?)
    }
}

#[async_trait]
impl Side for Ours {
    fn name(&self) -> &'static str {
        "Waymark"
    }

    async fn fill(&mut self) -> anyhow::Result<()> {
        self.ask(format!("fill {PATHWAYS}")).await.map(drop)
    }

    async fn append(&mut self, clients: u64, each: u64) -> anyhow::Result<f64> {
        self.ask(format!("append {clients} {each}")).await
    }

    async fn replay(&mut self) -> anyhow::Result<f64> {
        self.ask("replay".to_owned()).await
    }

    async fn rebuild(&mut self) -> anyhow::Result<Option<f64>> {
        self.ask("rebuild".to_owned()).await.map(Some)
    }
}
