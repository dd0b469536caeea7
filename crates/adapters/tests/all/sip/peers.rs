//! Calls to a telephone of other people's making (baresip), through a registrar and record-routing proxy of other
//! people's making (kamailio). Where the programs are not installed a notice is printed; the build server installs them.

use super::*;
use adapters::voice::wav;
use app::ports::Voice;
use rustix::process::{Pid, Signal, kill_process};
use std::io::{BufRead, BufReader};
use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use testkit::sound::alike;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const MODULES: &str = "/usr/lib/x86_64-linux-gnu/kamailio/modules";
const PASSWORD: &str = "an-orange-lamp";

/// A program that ends with the test: asked to, because it has processes of its own to end.
struct Program(Child);

impl Program {
    /// Starts it and waits for a line that it says.
    fn start(command: &mut Command, ready: &str) -> Self {
        let piped = command.stdin(Stdio::null()).stdout(Stdio::piped());
        let mut child = piped.spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let found = lines.by_ref().any(|line| line.unwrap().contains(ready));
        // What it says later is read away, so that it is never blocked.
        std::thread::spawn(move || lines.for_each(drop));
        let program = Self(child);
        assert!(found, "{ready} was not said");
        program
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = kill_process(Pid::from_child(&self.0), Signal::TERM);
        let _ = self.0.wait();
    }
}

/// The address of this machine that other programs on it choose by themselves.
fn own_address() -> IpAddr {
    let socket = UdpSocket::bind("0.0.0.0:0").unwrap();
    match socket.connect("192.0.2.1:9") {
        Ok(()) => socket.local_addr().unwrap().ip(),
        Err(_) => "127.0.0.1".parse().unwrap(),
    }
}

/// A port that nobody has.
fn free(own: IpAddr) -> SocketAddr {
    let socket = UdpSocket::bind((own, 0)).unwrap();
    socket.local_addr().unwrap()
}

fn kamailio(folder: &Path, at: SocketAddr) -> Program {
    let config = format!(
        r#"#!KAMAILIO
debug=1
log_stderror=yes
fork=no
children=1
disable_tcp=yes
auto_aliases=no
alias="carrier.test"
listen=udp:{at}
mpath="{MODULES}/"
loadmodule "tm.so"
loadmodule "sl.so"
loadmodule "rr.so"
loadmodule "pv.so"
loadmodule "usrloc.so"
loadmodule "registrar.so"
loadmodule "textops.so"
loadmodule "siputils.so"
loadmodule "auth.so"
request_route {{
  if (is_method("INVITE")) record_route();
  if (has_totag()) {{
    if (loose_route()) {{ t_relay(); exit; }}
    if (is_method("ACK")) {{ if (t_check_trans()) t_relay(); exit; }}
    sl_send_reply("404", "Not here"); exit;
  }}
  if (is_method("CANCEL")) {{ if (t_check_trans()) t_relay(); exit; }}
  if (is_method("REGISTER")) {{
    if (!pv_www_authenticate("carrier.test", "{PASSWORD}", "0")) {{ www_challenge("carrier.test", "1"); exit; }}
    save("location"); exit;
  }}
  if (!pv_proxy_authenticate("carrier.test", "{PASSWORD}", "0")) {{ proxy_challenge("carrier.test", "1"); exit; }}
  consume_credentials();
  if (!lookup("location")) {{ sl_send_reply("404", "Not Found"); exit; }}
  t_relay();
}}
"#
    );
    let file = folder.join("kamailio.cfg");
    std::fs::write(&file, config).unwrap();
    let mut command = Command::new("kamailio");
    command.arg("-f").arg(&file).args(["-DD", "-E"]);
    command.stderr(Stdio::null());
    Program::start(&mut command, "Listening on")
}

/// A telephone that registers at the proxy, answers by itself and records what it hears.
fn baresip(folder: &Path, own: IpAddr, proxy: SocketAddr, control: u16) -> Program {
    let account = format!(
        "<sip:{NUMBER}@carrier.test>;auth_user={NUMBER};auth_pass={PASSWORD};outbound=\"sip:{proxy}\";regint=60;\
         answermode=auto;audio_codecs=PCMU;dtmfmode=rtpevent\n"
    );
    std::fs::write(folder.join("accounts"), account).unwrap();
    // A call ends with its source of sound: a minute of almost nothing.
    let silence = wav::file(&vec![1; 8_000 * 60]);
    std::fs::write(folder.join("silence.wav"), silence).unwrap();
    let shown = folder.display();
    let config = format!(
        "sip_listen {own}:0\naudio_player aufile,{shown}/out.wav\naudio_source aufile,{shown}/silence.wav\n\
         audio_alert aufile,{shown}/silence.wav\nmodule_path /usr/lib/baresip/modules\nmodule g711.so\n\
         module aufile.so\nmodule sndfile.so\nmodule_app account.so\nmodule_app menu.so\nmodule_app ctrl_tcp.so\n\
         snd_path {shown}\nctrl_tcp_listen 127.0.0.1:{control}\n"
    );
    std::fs::write(folder.join("config"), config).unwrap();
    let mut command = Command::new("baresip");
    command.arg("-f").arg(folder).current_dir(folder);
    command.stderr(Stdio::null());
    Program::start(&mut command, "[1 binding]")
}

/// What the telephone recorded.
fn recorded(folder: &Path) -> Option<PathBuf> {
    let files = std::fs::read_dir(folder).unwrap().flatten();
    let mut paths = files.map(|entry| entry.path());
    paths.find(|path| path.to_string_lossy().ends_with("-dec.wav"))
}

#[tokio::test]
async fn a_telephone_behind_a_record_routing_proxy_hears_the_prompt_and_is_heard() {
    let there = |program: &str| Path::new(program).exists();
    if !there("/usr/bin/baresip") || !there("/usr/sbin/kamailio") || !there(MODULES) {
        eprintln!("not tried: baresip and kamailio are not installed");
        return;
    }
    let (folder, own) = (tempfile::tempdir().unwrap(), own_address());
    let proxy = free(own);
    let control = free("127.0.0.1".parse().unwrap()).port();
    let _proxy = kamailio(folder.path(), proxy);
    let mut phone = baresip(folder.path(), own, proxy, control);
    let mut wire = TcpStream::connect(("127.0.0.1", control)).await.unwrap();
    let carrier = TrunkConfig {
        host: own.to_string(),
        domain: Some("carrier.test".to_owned()),
        login: login("gate", PASSWORD),
        ..trunk(proxy.port())
    };
    let sip = telephone(Config {
        local_address: Some(own),
        quiet: Duration::from_millis(300),
        networks: Arc::new(move |address| address == own),
        patience: Duration::from_secs(20),
        ..config(vec![carrier])
    });
    let desk = call(&sip).await;
    // The prompt is over; the keys come while the voice repeats itself.
    desk.heard("quiet").await;
    for (index, key) in DIGITS.chars().enumerate() {
        let command = format!(r#"{{"command":"sndcode","params":"{key}"}}"#);
        let netstring = format!("{}:{command},", command.len());
        wire.write_all(netstring.as_bytes()).await.unwrap();
        desk.keys(index + 1).await;
    }
    assert_eq!(desk.over().await, "ended hung-up");
    assert!(
        desk.told().contains(&"right".to_owned()),
        "{:?}",
        desk.told()
    );
    // Our BYE reaches it along the route set, so that its call is closed and its recording whole.
    let mut said = Vec::new();
    while !String::from_utf8_lossy(&said).contains("CALL_CLOSED") {
        let length = wire.read_buf(&mut said).await.unwrap();
        assert!(length > 0, "{}", String::from_utf8_lossy(&said));
    }
    let quit = r#"{"command":"quit"}"#;
    let quit = format!("{}:{quit},", quit.len());
    wire.write_all(quit.as_bytes()).await.unwrap();
    drop(phone.0.wait());
    let file = recorded(folder.path()).expect("a recording");
    let heard = wav::samples(&std::fs::read(file).unwrap()).unwrap();
    let account = "111122223333".parse().unwrap();
    for (locale, fits) in [
        (Locale::En, true),
        (Locale::Ja, false),
        (Locale::ZhTw, false),
    ] {
        let prompt = Recorded::default().recording("recovery", locale, &account);
        let likeness = alike(&heard, &wav::samples(&prompt).unwrap());
        let as_it_should = if fits {
            likeness >= 0.9
        } else {
            likeness < 0.5
        };
        assert!(as_it_should, "{locale:?}: {likeness}");
    }
}
