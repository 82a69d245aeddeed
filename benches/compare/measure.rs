//! Runs commands alternately and measures their time and memory.

use std::ffi::OsString;
use std::io::{self, Read as _};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use wait4::Wait4 as _;

/// A command with its arguments and its complete environment. No variable is inherited.
#[derive(Clone)]
pub struct Task {
    pub program: OsString,
    pub args: Vec<OsString>,
    pub env: Vec<(OsString, OsString)>,
}

/// The time and memory of one run, or the medians of several.
#[derive(Clone, Copy)]
pub struct Sample {
    /// Elapsed time, from before the process is started until it has exited.
    pub wall_time: Duration,
    /// User and system time, including children that were waited for.
    pub cpu_time: Duration,
    /// Peak resident memory of the largest process, in bytes.
    pub peak_memory: u64,
}

impl Task {
    /// Runs the command to completion and discards its stdout, which is a pipe. Returns an error with the command's
    /// stderr if it fails.
    pub fn run(&self) -> io::Result<Sample> {
        let started_at = Instant::now();
        let mut child = Command::new(&self.program)
            .args(&self.args)
            .env_clear()
            .envs(self.env.iter().cloned())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
        let stderr_reader = std::thread::spawn(move || stderr.map(io::read_to_string).transpose());
        if let Some(mut stdout) = stdout {
            let mut buffer = vec![0; 1 << 16];
            while stdout.read(&mut buffer)? > 0 {}
        }
        let usage = child.wait4()?;
        let wall_time = started_at.elapsed();
        let stderr = stderr_reader.join().map_err(|_| io::Error::other("cannot read stderr"))??.unwrap_or_default();
        if !usage.status.success() {
            let args: Vec<_> = self.args.iter().map(|arg| arg.to_string_lossy()).collect();
            let program = self.program.to_string_lossy();
            return Err(io::Error::other(format!("'{program} {}' failed: {}", args.join(" "), stderr.trim())));
        }
        let cpu_time = usage.rusage.utime + usage.rusage.stime;
        Ok(Sample { wall_time, cpu_time, peak_memory: usage.rusage.maxrss })
    }
}

/// The results of running strigo and a baseline alternately.
pub struct Comparison {
    /// The medians of strigo's runs.
    pub strigo: Sample,
    /// The medians of the baseline's runs.
    pub baseline: Sample,
    /// The median of the per-pair ratios of wall time, strigo to baseline.
    pub ratio: f64,
}

/// Runs `strigo` and `baseline` alternately, `runs` times each. Which one runs first alternates too. One warm-up run of
/// each is not measured.
pub fn compare(strigo: &Task, baseline: &Task, runs: usize) -> io::Result<Comparison> {
    strigo.run()?;
    baseline.run()?;
    let mut pairs = Vec::with_capacity(runs);
    for index in 0..runs {
        pairs.push(if index % 2 == 0 {
            let first = strigo.run()?;
            (first, baseline.run()?)
        } else {
            let first = baseline.run()?;
            (strigo.run()?, first)
        });
    }
    let ratios = pairs.iter().map(|(strigo, baseline)| {
        let (strigo, baseline) = (strigo.wall_time.as_secs_f64(), baseline.wall_time.as_secs_f64());
        strigo / baseline
    });
    let ratio = median(ratios);
    let (strigo, baseline): (Vec<_>, Vec<_>) = pairs.into_iter().unzip();
    Ok(Comparison { strigo: median_sample(&strigo), baseline: median_sample(&baseline), ratio })
}

/// Returns the median of each quantity separately.
fn median_sample(samples: &[Sample]) -> Sample {
    let median_duration = |field: fn(&Sample) -> Duration| {
        Duration::from_secs_f64(median(samples.iter().map(|sample| field(sample).as_secs_f64())))
    };
    Sample {
        wall_time: median_duration(|sample| sample.wall_time),
        cpu_time: median_duration(|sample| sample.cpu_time),
        peak_memory: median(samples.iter().map(|sample| sample.peak_memory as f64)) as u64,
    }
}

/// Returns the median, which is the mean of the two middle values if their number is even, or NaN if there are none.
fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values.len() {
        0 => f64::NAN,
        len if len % 2 == 0 => (values[middle - 1] + values[middle]) / 2.0,
        _ => values[middle],
    }
}
