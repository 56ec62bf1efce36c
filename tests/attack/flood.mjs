// A flood, as a process of its own: node flood.mjs KIND PORT CLIENTS. It says "up" once it runs, and goes on until it is killed.
//   idle       connections that never ask anything
//   slow       requests that arrive a byte at a time
//   units      histories of ever other units, each client one after another
//   reports    results of ever other experiments with ever other confidence levels, and of experiments that there are not
//   posts      events, as fast as they are answered
import http from "node:http";
import net from "node:net";

const [kind, port, clients] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4])];
let asked = 0;

// A socket that comes again when it is closed.
function connection(work) {
  const socket = net.connect({ port, host: "127.0.0.1", noDelay: true }, () => work(socket));
  const again = () => setTimeout(() => connection(work), 20);
  socket.on("error", () => {});
  socket.on("close", again);
  socket.resume();
}

// One request after another, each client with a connection of its own.
function client(request) {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  const ask = () => {
    const { body, ...options } = request(++asked);
    const sent = http.request({ port, host: "127.0.0.1", agent, ...options }, (answer) => {
      answer.resume();
      answer.on("end", answer.statusCode === 200 ? ask : () => setTimeout(ask, 50));
      answer.on("error", () => {});
    });
    sent.on("error", () => setTimeout(ask, 50));
    sent.end(body);
  };
  ask();
}

const kinds = {
  idle: () => connection(() => {}),
  slow: () => connection((socket) => {
    const bytes = `POST /next/1 HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nX: ${"a".repeat(1000)}`;
    let at = 0;
    const timer = setInterval(() => (at < bytes.length ? socket.write(bytes[at++]) : socket.destroy()), 200);
    socket.on("close", () => clearInterval(timer));
  }),
  units: () => client((n) => ({ path: `/api/v1/units/${n}` })),
  reports: () => client((n) => ({ path: `/api/v1/experiments/${n % 3 === 0 ? `unknown-${n}` : "sticky-vs-random"}/results?confidence_level=0.${1000 + (n % 8999)}` })),
  posts: () => client((n) => ({ method: "POST", path: "/api/v1/events", headers: { "Content-Type": "application/json" }, body: `{"unit":"${n}","event":"flood"}` })),
};

for (let i = 0; i < clients; ++i) kinds[kind]();
setTimeout(() => console.log("up"), 500);
