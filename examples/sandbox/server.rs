//! The Strigo partners API in memory, on loopback: strict about what it is sent, stateful, and faulty on demand.
//!
//! It speaks HTTP/1.1 over plain sockets, because a real server could not be made to break a connection at the moment
//! that a test needs. Shared by the `sandbox` example and the tests.

use std::collections::VecDeque;
use std::io::{self, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::str::FromStr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

/// The organization that the sandbox knows.
pub const ORG_ID: &str = "sandboxOrg";
/// Its key.
pub const API_KEY: &str = "sandbox-key-0123456789";
/// The path that the API is below.
pub const BASE: &str = "/api/v1";

/// Something that goes wrong with one request.
#[derive(Debug, Clone, PartialEq)]
pub enum Fault {
    /// 429 with a `retry-after` of so many seconds, whatever is left of the limit.
    TooMany(u64),
    /// The connection is reset before anything happens.
    ResetBefore,
    /// It happens, and then the connection is reset.
    ResetAfter,
    /// It happens, and then the connection is closed without an answer.
    CloseAfter,
    /// It is answered, and then the connection is closed without a word of it in the answer.
    CloseIdle,
    /// An error's status with a JSON body, before anything happens.
    Status(u16),
    /// An error's status with a proxy's HTML page, after it happened.
    Html(u16),
    /// It happens, and half of the answer's body comes.
    Truncated,
    /// It happens, and half of the answer's body comes before the connection is reset.
    ResetInBody,
    /// It happens, and no answer ever comes.
    Hang,
    /// 200 with `"result": "failure"`.
    Failure,
    /// It happens, and the answer's body is this.
    Body(Vec<u8>),
    /// 307 to this place.
    Redirect(String),
    /// The answer takes so much longer, half of it before it happens and half of it after.
    Latency(Duration),
}

impl FromStr for Fault {
    type Err = String;

    /// Reads `reset-before`, `status:503`, `html:502`, `latency:250` (milliseconds) and so on.
    fn from_str(text: &str) -> Result<Self, String> {
        let (name, value) = text.split_once(':').unwrap_or((text, ""));
        let number = || value.parse::<u16>().map_err(|_| format!("'{name}' needs a number, such as {name}:502"));
        Ok(match name {
            "too-many" => Fault::TooMany(number()?.into()),
            "reset-before" => Fault::ResetBefore,
            "reset-after" => Fault::ResetAfter,
            "close-after" => Fault::CloseAfter,
            "close-idle" => Fault::CloseIdle,
            "status" => Fault::Status(number()?),
            "html" => Fault::Html(number()?),
            "truncated" => Fault::Truncated,
            "reset-in-body" => Fault::ResetInBody,
            "hang" => Fault::Hang,
            "failure" => Fault::Failure,
            "body" => Fault::Body(value.as_bytes().to_owned()),
            "redirect" => Fault::Redirect(value.to_owned()),
            "latency" => Fault::Latency(Duration::from_millis(number()?.into())),
            _ => return Err(format!("there is no fault '{name}': {FAULTS}")),
        })
    }
}

/// The faults by the names that [`Fault::from_str`] reads.
pub const FAULTS: &str = "too-many:SECONDS, reset-before, reset-after, close-after, close-idle, status:CODE, html:CODE, truncated, \
                          reset-in-body, hang, failure, body:TEXT, redirect:URL, latency:MILLISECONDS";

/// How the rate limit is set.
#[derive(Debug, Clone, Copy)]
pub struct RateLimit {
    /// Requests in a window.
    pub requests: u64,
    /// The window's length; windows begin at its multiples since the Unix epoch.
    pub window: Duration,
}

impl Default for RateLimit {
    fn default() -> Self {
        RateLimit { requests: 200, window: Duration::from_secs(60) }
    }
}

/// A request as it was received.
#[derive(Debug, Clone)]
pub struct Received {
    /// The method.
    pub method: String,
    /// The path with its query.
    pub path: String,
    /// The headers, their names in lower case, in their order.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: String,
    /// The status that was answered, or 0 where none was.
    pub status: u16,
    /// Which connection it came over, counted from 0.
    pub connection: usize,
}

impl Received {
    /// A header's value.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(header, _)| header == name).map(|(_, value)| value.as_str())
    }
}

/// What the sandbox knows.
#[derive(Debug, Default)]
pub struct State {
    /// The partners, as JSON objects.
    pub partners: Vec<Value>,
    /// The members, as JSON objects, each with the partner that it is a member of.
    pub members: Vec<(String, Value)>,
    /// The invitations, as JSON objects, each with the partner that it is for.
    pub invitations: Vec<(String, Value)>,
    /// Faults of the requests to come, first first.
    pub faults: VecDeque<Fault>,
    /// A fault of all requests.
    pub always: Option<Fault>,
    /// The rate limit.
    pub limit: RateLimit,
    /// What has been received.
    pub log: Vec<Received>,
    /// The most requests that were under way at the same time.
    pub most_under_way: usize,
    under_way: usize,
    window: u64,
    used: u64,
    made: u64,
}

impl State {
    /// The sample data of the API's reference.
    pub fn sample() -> Self {
        let partners = [
            ("yCoaiix2pRjxMjCn7", "w00t"),
            ("x6GHbXKBTPeAHpjmS", "w00t1"),
            ("hMJrmcqPDDjKwLN7Z", "woot13"),
            ("cYCk2Yq45qMQXGZkh", "w00t3"),
            ("ozSjhvAr8hMaQCLND", "newa"),
            ("mYsEBS6PeBeMpFCfQ", "BLUASD"),
            ("ggKqkNgY4KzQQoFsM", "w00tasd"),
            ("ntvXb3L2qdPbayRKZ", "nur"),
        ];
        let members = [("MzkRF9fPnq34SatJB", "niro@strigo.io"), ("BSwKLejmQtSsEyzE9", "nira@strigo.io")];
        let home = partners[0].0;
        State {
            partners: partners.iter().map(|(id, name)| json!({"id": id, "name": name})).collect(),
            members: members
                .iter()
                .map(|(id, email)| {
                    let member = json!({"email": email, "id": id, "partner_id": home, "role": "partner"});
                    (home.to_owned(), member)
                })
                .collect(),
            ..State::default()
        }
    }

    /// How many invitations to this address have been made.
    pub fn times_invited(&self, email: &str) -> usize {
        self.invitations.iter().filter(|(_, invitation)| invitation["email"] == email).count()
    }

    fn new_id(&mut self) -> String {
        self.made += 1;
        format!("sandboxMade{:06}", self.made)
    }
}

/// A running sandbox. It stops answering when it is dropped.
pub struct Sandbox {
    address: SocketAddr,
    state: Arc<Mutex<State>>,
}

impl Sandbox {
    /// Serves `state` on this port of loopback; port 0 takes any that is free.
    pub fn start(port: u16, state: State) -> io::Result<Self> {
        Self::start_with_clock(port, state, SystemTime::now)
    }

    /// The same, with this for the time of day. It is asked once for each request.
    pub fn start_with_clock(
        port: u16,
        state: State,
        clock: impl Fn() -> SystemTime + Send + Sync + 'static,
    ) -> io::Result<Self> {
        let clock: Arc<Clock> = Arc::new(clock);
        let listener = TcpListener::bind(("127.0.0.1", port))?;
        let sandbox = Sandbox { address: listener.local_addr()?, state: Arc::new(Mutex::new(state)) };
        let state = Arc::clone(&sandbox.state);
        thread::spawn(move || {
            for (number, stream) in listener.incoming().flatten().enumerate() {
                let (state, clock) = (Arc::clone(&state), Arc::clone(&clock));
                // A connection that fails concerns its client alone.
                thread::spawn(move || drop(Connection { stream, number, clock, unread: Vec::new() }.serve(&state)));
            }
        });
        Ok(sandbox)
    }

    /// The endpoint to give to the tool.
    pub fn endpoint(&self) -> String {
        format!("http://{}{BASE}", self.address)
    }

    /// What the sandbox knows, to look at and to change.
    pub fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

type Clock = dyn Fn() -> SystemTime + Send + Sync;

struct Connection {
    stream: TcpStream,
    number: usize,
    clock: Arc<Clock>,
    unread: Vec<u8>,
}

impl Connection {
    fn serve(mut self, state: &Mutex<State>) -> io::Result<()> {
        self.stream.set_nodelay(true)?;
        while let Some(request) = self.receive()? {
            let fault = {
                let mut state = lock(state);
                state.under_way += 1;
                state.most_under_way = state.most_under_way.max(state.under_way);
                let next = state.faults.pop_front();
                next.or_else(|| state.always.clone())
            };
            let latency = match fault {
                Some(Fault::Latency(time)) => time / 2,
                _ => Duration::ZERO,
            };
            thread::sleep(latency);
            if fault == Some(Fault::ResetBefore) {
                lock(state).under_way -= 1;
                lock(state).log.push(request);
                return reset(&self.stream);
            }
            let now = (self.clock)();
            let answer = answer(&mut lock(state), request, fault.as_ref(), now);
            thread::sleep(latency);
            lock(state).under_way -= 1;
            match fault {
                Some(Fault::ResetAfter) => return reset(&self.stream),
                Some(Fault::CloseAfter) => return self.stream.shutdown(Shutdown::Both),
                Some(Fault::Hang) => {
                    // Until the client gives up.
                    let _ = self.stream.read(&mut [0; 1]);
                    return Ok(());
                }
                Some(Fault::Truncated | Fault::ResetInBody) => {
                    self.stream.write_all(&answer[..answer.len() - 20])?;
                    self.stream.flush()?;
                    if fault == Some(Fault::ResetInBody) {
                        // The half must have been read, or the reset overtakes it.
                        thread::sleep(Duration::from_millis(50));
                        return reset(&self.stream);
                    }
                    return self.stream.shutdown(Shutdown::Both);
                }
                Some(Fault::CloseIdle) => {
                    self.stream.write_all(&answer)?;
                    return self.stream.shutdown(Shutdown::Both);
                }
                _ => self.stream.write_all(&answer)?,
            }
        }
        Ok(())
    }

    /// The next request, or `None` at the end of the connection.
    fn receive(&mut self) -> io::Result<Option<Received>> {
        loop {
            let mut headers = [httparse::EMPTY_HEADER; 64];
            let mut head = httparse::Request::new(&mut headers);
            match head.parse(&self.unread).map_err(io::Error::other)? {
                httparse::Status::Complete(length) => {
                    let mut received = Received {
                        method: head.method.unwrap_or_default().to_owned(),
                        path: head.path.unwrap_or_default().to_owned(),
                        headers: head
                            .headers
                            .iter()
                            .map(|header| {
                                let value = String::from_utf8_lossy(header.value).into_owned();
                                (header.name.to_ascii_lowercase(), value)
                            })
                            .collect(),
                        body: String::new(),
                        status: 0,
                        connection: self.number,
                    };
                    let body = received.header("content-length").and_then(|text| text.parse().ok()).unwrap_or(0);
                    let end: usize = length + body;
                    while self.unread.len() < end {
                        if self.fill()? == 0 {
                            return Ok(None);
                        }
                    }
                    received.body = String::from_utf8_lossy(&self.unread[length..end]).into_owned();
                    self.unread.drain(..end);
                    return Ok(Some(received));
                }
                httparse::Status::Partial if self.fill()? == 0 => return Ok(None),
                httparse::Status::Partial => {}
            }
        }
    }

    fn fill(&mut self) -> io::Result<usize> {
        let mut chunk = [0; 16 * 1024];
        let read = self.stream.read(&mut chunk)?;
        self.unread.extend_from_slice(&chunk[..read]);
        Ok(read)
    }
}

/// Closes with RST instead of FIN. Data that has been sent to it and not been read makes the system do so.
fn reset(stream: &TcpStream) -> io::Result<()> {
    socket2::SockRef::from(stream).set_linger(Some(Duration::ZERO))
}

/// An answer before its headers.
struct Reply {
    status: u16,
    kind: &'static str,
    extra: String,
    body: Vec<u8>,
}

impl Reply {
    fn json(status: u16, body: &Value) -> Self {
        Reply { status, kind: "application/json; charset=utf-8", extra: String::new(), body: body.to_string().into() }
    }

    fn success(data: Value) -> Self {
        Reply::json(200, &json!({"data": data, "result": "success"}))
    }

    fn failure(status: u16, name: &str, message: &str) -> Self {
        Reply::json(status, &json!({"result": "failure", "error": {"type": name, "message": message}}))
    }

    fn invalid(param: &str, msg: &str) -> Self {
        let entry = json!({"location": "body", "param": param, "msg": msg});
        Reply::json(
            422,
            &json!({"result": "failure", "error": {"type": "RequestValidationError",
                    "message": "The request is not valid", "errors": [entry]}}),
        )
    }
}

fn answer(state: &mut State, mut request: Received, fault: Option<&Fault>, now: SystemTime) -> Vec<u8> {
    let since_epoch = now.duration_since(UNIX_EPOCH).unwrap_or_default();
    let window = since_epoch.as_millis() as u64 / state.limit.window.as_millis().max(1) as u64;
    if window != state.window {
        (state.window, state.used) = (window, 0);
    }
    let reset_ms = (window + 1) * state.limit.window.as_millis() as u64;
    let over = state.used >= state.limit.requests;
    state.used = (state.used + 1).min(state.limit.requests);
    let refusal = match fault {
        Some(Fault::TooMany(wait)) => Some(*wait),
        _ => over.then(|| reset_ms.div_ceil(1000) - since_epoch.as_secs()),
    };
    let reply = if let Some(wait) = refusal {
        Reply {
            status: 429,
            kind: "text/html; charset=utf-8",
            extra: format!("retry-after: {wait}\r\n"),
            body: b"Too many requests, please try again later.".to_vec(),
        }
    } else {
        handle(state, &request, fault)
    };
    request.status = reply.status;
    state.log.push(request);
    let (limit, remaining) = (state.limit.requests, state.limit.requests - state.used);
    let head = format!(
        "HTTP/1.1 {} {}\r\ndate: {}\r\ncontent-type: {}\r\nx-ratelimit-limit: {limit}\r\nx-ratelimit-remaining: \
         {remaining}\r\nx-ratelimit-reset: {}\r\n{}content-length: {}\r\n\r\n",
        reply.status,
        if reply.status < 400 { "OK" } else { "Not OK" },
        httpdate::fmt_http_date(now),
        reply.kind,
        reset_ms.div_ceil(1000),
        reply.extra,
        reply.body.len()
    );
    [head.into_bytes(), reply.body].concat()
}

fn handle(state: &mut State, request: &Received, fault: Option<&Fault>) -> Reply {
    match fault {
        Some(Fault::Status(status)) => Reply::failure(*status, "Fault", "The sandbox was asked to fail"),
        Some(Fault::Failure) => Reply::failure(200, "Fault", "The sandbox was asked to fail"),
        Some(Fault::Redirect(to)) => {
            Reply { status: 307, kind: "text/plain", extra: format!("location: {to}\r\n"), body: Vec::new() }
        }
        Some(Fault::Html(status)) => {
            route(state, request);
            let body = b"<html><body><h1>Bad Gateway</h1></body></html>".to_vec();
            Reply { status: *status, kind: "text/html", extra: String::new(), body }
        }
        Some(Fault::Body(body)) => Reply { body: body.clone(), ..route(state, request) },
        _ => route(state, request),
    }
}

/// What a request is answered with when nothing goes wrong with it.
fn route(state: &mut State, request: &Received) -> Reply {
    let path = request.path.strip_prefix(BASE).unwrap_or_default();
    if (request.method.as_str(), path) == ("GET", "/health") {
        return Reply::json(200, &json!({"status": "ok", "message": "Healthy"}));
    }
    if request.header("authorization") != Some(&format!("Bearer {ORG_ID}:{API_KEY}")) {
        return Reply::failure(401, "Unauthorized", "The organization ID or the API key is wrong");
    }
    for name in ["accept", "content-type"] {
        if request.header(name) != Some("application/json") {
            return Reply::failure(400, "BadHeader", &format!("{name} must be application/json"));
        }
    }
    let segments: Vec<&str> = path.split('/').skip(1).collect();
    match (request.method.as_str(), segments.as_slice()) {
        ("GET", ["partners"]) => Reply::success(Value::Array(state.partners.clone())),
        ("POST", ["partners"]) => match field(&request.body, "name") {
            Ok(name) => {
                let partner = json!({"id": state.new_id(), "name": name});
                state.partners.push(partner.clone());
                Reply::success(partner)
            }
            Err(invalid) => invalid,
        },
        (method, ["partners", id, below @ ..]) => {
            let id = percent_encoding::percent_decode_str(id).decode_utf8_lossy().into_owned();
            let Some(at) = state.partners.iter().position(|partner| partner["id"] == *id) else {
                return Reply::failure(404, "PartnerNotFound", "Partner not found");
            };
            partner_route(state, at, &id, method, below, &request.body)
        }
        _ => no_such_route(),
    }
}

fn partner_route(state: &mut State, at: usize, id: &str, method: &str, below: &[&str], body: &str) -> Reply {
    match (method, below) {
        ("GET", []) => Reply::success(state.partners[at].clone()),
        ("PATCH", []) => match field(body, "name") {
            Ok(name) => {
                state.partners[at]["name"] = Value::String(name);
                Reply::success(state.partners[at].clone())
            }
            Err(invalid) => invalid,
        },
        ("GET", ["members"]) => {
            let members = state.members.iter().filter(|(partner, _)| partner == id);
            Reply::success(members.map(|(_, member)| member.clone()).collect())
        }
        ("POST", ["members"]) => match field(body, "email") {
            Ok(email) if !email.contains('@') => Reply::invalid("email", "Must be a valid email address"),
            Ok(email) => {
                let new = state.new_id();
                let invitation = json!({"created_at": "2019-01-07T15:42:21.932Z", "email": email, "id": new,
                    "link": format!("https://app.strigo.io/team/invite/secret-{new}"), "partner_id": id,
                    "status": "pending"});
                state.invitations.push((id.to_owned(), invitation.clone()));
                Reply::success(invitation)
            }
            Err(invalid) => invalid,
        },
        _ => no_such_route(),
    }
}

fn no_such_route() -> Reply {
    Reply::failure(404, "NotFound", "There is no such route")
}

/// The only field that the body may have, if it is a text that is not empty.
fn field(body: &str, name: &str) -> Result<String, Reply> {
    let invalid = |msg: &str| Err(Reply::invalid(name, msg));
    match serde_json::from_str::<Value>(body) {
        Ok(Value::Object(object)) if object.keys().any(|key| key != name) => invalid("Nothing else may be sent"),
        Ok(Value::Object(object)) => match object.get(name) {
            Some(Value::String(text)) if !text.is_empty() => Ok(text.clone()),
            _ => invalid("Must be a text that is not empty"),
        },
        _ => invalid("The body must be a JSON object"),
    }
}
