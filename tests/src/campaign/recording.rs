//! A server that is killed while eight clients record.

use std::{
    sync::mpsc::{self, Sender},
    thread,
    time::{Duration, Instant},
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

/// How long views may take until they move: on PostgreSQL a killed server's lease of them runs out first.
const STILL_MAX: Duration = Duration::from_secs(30);

/// When a server is killed: after so many answers, once its views move where it is said, and then so
/// much later.
struct Moment {
    answers: u64,
    views_move: bool,
    later: Duration,
}

impl Campaign {
    /// Eight clients send again what is open, then record anew, until the server is killed.
    pub(super) fn kill_while_recording(&mut self, stage: Stage) {
        let views_move = stage == Stage::Projection;
        let later = self.chance.shorter_than(if views_move { CATCH_UP } else { COMMIT });
        let moment = Moment { answers: self.chance.below(ANSWERS_MAX), views_move, later };
        if views_move {
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
            let answered = moment.wait(&Answers(answers), &caller);
            let behind = caller.lag().is_some_and(|lag| lag > 0);
            server.child().kill().expect("it can be killed");
            let ended = server.child().wait().expect("it ends");
            assert!(
                answered && ended.code().is_none(),
                "the server ended or stood still by itself"
            );
            (writers.into_iter().map(|writer| self.joined(writer)).collect(), behind)
        })
    }
}

impl Moment {
    /// Whether the answers came.
    fn wait(&self, answers: &Answers, caller: &Caller) -> bool {
        let answered = (0..self.answers).all(|_| answers.next().is_some());
        let (began, stood) = (Instant::now(), caller.progress());
        while self.views_move && caller.progress() == stood && began.elapsed() < STILL_MAX {
            thread::yield_now();
        }
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
