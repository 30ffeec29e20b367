//! A server that is killed while eight clients record.

use std::{
    sync::mpsc::{self, Sender},
    thread,
    time::Duration,
};

use super::{
    Campaign, Stage,
    clients::{Answers, Written, fresh, shared_out},
};
use crate::{Caller, Command, Server, history::Answer};

/// A kill comes after fewer answers than this.
const ANSWERS_MAX: u64 = 80;

/// And then within so long: a commit with its fsync, or some pages of the views.
const COMMIT: Duration = Duration::from_millis(4);
const CATCH_UP: Duration = Duration::from_millis(300);

/// When a server is killed: after so many answers, and then so much later.
struct Moment {
    answers: u64,
    later: Duration,
}

impl Campaign {
    /// Eight clients send again what is open, then record anew, until the server is killed.
    pub(super) fn kill_while_recording(&mut self, stage: Stage) {
        let reach = if stage == Stage::Projection { CATCH_UP } else { COMMIT };
        let later = self.chance.shorter_than(reach);
        let moment = Moment { answers: self.chance.below(ANSWERS_MAX), later };
        if stage == Stage::Projection {
            self.site.forget_views();
        }
        let mut server = self.site.serve();
        let (written, behind) = self.record_and_kill(&mut server, &moment);
        self.keep(written);
        self.tally.behind += u64::from(behind);
        self.tally.killed(stage);
    }

    fn record_and_kill(&mut self, server: &mut Server, moment: &Moment) -> (Vec<Written>, bool) {
        let caller = Caller::of(server.address(), &self.token, self.since);
        let open = shared_out(std::mem::take(&mut self.open));
        let (told, answers) = mpsc::channel();
        let round = self.round;
        thread::scope(|scope| {
            let writers = (0..).zip(open).map(|(client, open)| {
                let (caller, told) = (&caller, told.clone());
                let fresh = (0..).map(move |n| fresh(round, client, n));
                scope.spawn(move || record_until_gone(caller, open.into_iter(), fresh, &told))
            });
            let writers: Vec<_> = writers.collect();
            drop(told);
            let answered = moment.wait(&Answers(answers));
            let behind = caller.lag().is_some_and(|lag| lag > 0);
            server.child().kill().expect("it can be killed");
            let ended = server.child().wait().expect("it ends");
            assert!(
                answered && ended.code().is_none(),
                "the server ended or stood still by itself"
            );
            let joined = writers.into_iter().map(|writer| writer.join().expect("a writer ends"));
            (joined.collect(), behind)
        })
    }
}

impl Moment {
    /// Whether the answers came.
    fn wait(&self, answers: &Answers) -> bool {
        let answered = (0..self.answers).all(|_| answers.next().is_some());
        // Not to wait for something: the moment is chance.
        thread::sleep(self.later);
        answered
    }
}

/// Sends what is open and then fresh commands, until an answer does not come.
fn record_until_gone(
    caller: &Caller,
    mut open: impl Iterator<Item = Command>,
    fresh: impl Iterator<Item = Command>,
    told: &Sender<Answer>,
) -> Written {
    let mut written = Written::default();
    for command in open.by_ref().chain(fresh) {
        let call = caller.call(&command);
        let answer = call.answer;
        written.calls.push(call);
        // Once the kill is on its way nobody counts any more.
        let _counted = told.send(answer);
        if answer == Answer::Unknown {
            written.open.push(command);
            break;
        }
        written.sent.push(command);
    }
    written.open.extend(open);
    written
}
