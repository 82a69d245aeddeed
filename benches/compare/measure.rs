//! Runs commands in turn, and takes their time and memory.

use std::ffi::OsString;
use std::io::{self, Read as _};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use wait4::Wait4 as _;

/// A command with its arguments and environment: all of it, nothing is inherited.
#[derive(Clone)]
pub struct Task {
    pub program: OsString,
    pub args: Vec<OsString>,
    pub env: Vec<(OsString, OsString)>,
}

/// What one run took.
#[derive(Clone, Copy)]
pub struct Sample {
    pub wall: Duration,
    /// In user and system mode, children that were waited for included.
    pub cpu: Duration,
    /// Of the largest process, in bytes.
    pub peak: u64,
}

impl Task {
    /// Runs it to its end, its output through a pipe and away. Fails where it does.
    pub fn run(&self) -> io::Result<Sample> {
        let started = Instant::now();
        let mut child = Command::new(&self.program)
            .args(&self.args)
            .env_clear()
            .envs(self.env.iter().cloned())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
        let reading = std::thread::spawn(move || stderr.map(io::read_to_string).transpose());
        if let Some(mut stdout) = stdout {
            let mut chunk = vec![0; 1 << 16];
            while stdout.read(&mut chunk)? > 0 {}
        }
        let used = child.wait4()?;
        let wall = started.elapsed();
        let said = reading.join().map_err(|_| io::Error::other("stderr cannot be read"))??.unwrap_or_default();
        if !used.status.success() {
            let words: Vec<_> = self.args.iter().map(|word| word.to_string_lossy()).collect();
            let program = self.program.to_string_lossy();
            return Err(io::Error::other(format!("{program} {} failed: {}", words.join(" "), said.trim())));
        }
        let cpu = used.rusage.utime + used.rusage.stime;
        Ok(Sample { wall, cpu, peak: used.rusage.maxrss })
    }
}

/// The medians of the runs of two commands in turn, and of what one took in the time of the other, pair by pair.
pub struct Comparison {
    pub ours: Sample,
    pub theirs: Sample,
    pub ratio: f64,
}

/// Runs both `times` times, in turn, each first every other time; once beforehand does not count.
pub fn compare(ours: &Task, theirs: &Task, times: usize) -> io::Result<Comparison> {
    ours.run()?;
    theirs.run()?;
    let mut pairs = Vec::with_capacity(times);
    for at in 0..times {
        pairs.push(if at % 2 == 0 {
            let first = ours.run()?;
            (first, theirs.run()?)
        } else {
            let first = theirs.run()?;
            (ours.run()?, first)
        });
    }
    let ratio = median(pairs.iter().map(|(ours, theirs)| ours.wall.as_secs_f64() / theirs.wall.as_secs_f64()));
    let (ours, theirs): (Vec<_>, Vec<_>) = pairs.into_iter().unzip();
    Ok(Comparison { ours: medians(&ours), theirs: medians(&theirs), ratio })
}

fn medians(samples: &[Sample]) -> Sample {
    let seconds = |of: fn(&Sample) -> Duration| {
        Duration::from_secs_f64(median(samples.iter().map(|sample| of(sample).as_secs_f64())))
    };
    Sample {
        wall: seconds(|sample| sample.wall),
        cpu: seconds(|sample| sample.cpu),
        peak: median(samples.iter().map(|sample| sample.peak as f64)) as u64,
    }
}

/// The middle one, or the mean of the two in the middle.
fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    let half = values.len() / 2;
    match values.len() {
        0 => f64::NAN,
        len if len % 2 == 0 => (values[half - 1] + values[half]) / 2.0,
        _ => values[half],
    }
}
