#!/usr/bin/env python3
"""A shop with its own three rankers, and customers who visit it for ten days: what a service does with Crossfade.

python3 shop.py [--url http://127.0.0.1:8080] [--customers 8000] [--seed 1]

Of 100 products that `similar` shows, 24 are clicked, of those of `popular` and `recent` 20: what the experiment has to find.
Only the standard library is used.
"""
import argparse
import datetime
import http.client
import json
import random
import urllib.parse
import uuid

DAYS = 10
CLICKED = {"popular": 0.20, "recent": 0.20, "similar": 0.24}  # the truth
PRODUCTS_A_VISIT = 10
BOUGHT = 0.05  # of what was clicked
BATCH = 1000


class Crossfade:
    """The four requests that a service needs, over one connection."""

    def __init__(self, url):
        self.connection = http.client.HTTPConnection(urllib.parse.urlsplit(url).netloc)

    def post(self, path, body):
        self.connection.request("POST", path, json.dumps(body), {"Content-Type": "application/json"})
        answer = self.connection.getresponse()
        text = answer.read().decode()
        if answer.status != 200:
            raise SystemExit(f"{path}: {answer.status} {text}")
        return json.loads(text)

    def assign(self, customers):
        """Which ranker each customer gets; nobody is exposed by that."""
        units = [{"unit": one["id"], "attributes": {"country": one["country"]}} for one in customers]
        return self.post("/api/v1/assignments", {"units": units})["assignments"]

    def log(self, kind, rows):
        """`kind`: exposures, events or sessions. Each row has an id: sent twice, it counts once."""
        for begin in range(0, len(rows), BATCH):
            self.post(f"/api/v1/{kind}", rows[begin:begin + BATCH])


def visit(rng, customer, ranker, at):
    """A customer looks at what the ranker shows: the session, and what was clicked and bought."""
    events, time = [], 0.0
    for _ in range(PRODUCTS_A_VISIT):
        time += rng.expovariate(2.0)
        if rng.random() >= CLICKED[ranker]:
            continue
        moment = (at + datetime.timedelta(minutes=time)).isoformat()
        events.append({"unit": customer["id"], "event": "click", "at": moment, "id": str(uuid.UUID(int=rng.getrandbits(128)))})
        if rng.random() < BOUGHT:
            events.append({"unit": customer["id"], "event": "purchase", "at": moment,
                           "id": str(uuid.UUID(int=rng.getrandbits(128))),
                           "properties": {"revenue": round(rng.lognormvariate(3, 0.8), 2), "currency": "EUR"}})
    session = {"unit": customer["id"], "id": str(uuid.UUID(int=rng.getrandbits(128))), "started": at.isoformat(),
               "ended": (at + datetime.timedelta(minutes=time)).isoformat(), "items": PRODUCTS_A_VISIT, "time": time}
    return session, events


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url", default="http://127.0.0.1:8080")
    parser.add_argument("--customers", type=int, default=8000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    rng = random.Random(options.seed)
    crossfade = Crossfade(options.url)
    first = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0) - datetime.timedelta(days=DAYS)
    customers = [{"id": str(uuid.UUID(int=rng.getrandbits(128))), "country": rng.choice(["SE", "NO", "DE", "FR"])}
                 for _ in range(options.customers)]
    assigned = []
    for begin in range(0, len(customers), BATCH):
        assigned += crossfade.assign(customers[begin:begin + BATCH])
    exposures, sessions, events = [], [], []
    for customer, answer in zip(customers, assigned):
        mine = answer["experiments"]["ranker"]
        at = first + datetime.timedelta(days=rng.uniform(0, DAYS - 1))
        # Exposed is who is about to see what the experiment is about; who is in no variant is in no analysis.
        if mine["variant"] is not None:
            exposures.append({"unit": customer["id"], "experiment": "ranker", "variant": mine["variant"],
                              "version": mine["version"], "at": at.isoformat(),
                              "attributes": {"country": customer["country"]}})
        session, happened = visit(rng, customer, answer["parameters"]["ranker"], at + datetime.timedelta(seconds=1))
        sessions.append(session)
        events += happened
    crossfade.log("exposures", exposures)
    crossfade.log("events", events)
    crossfade.log("sessions", sessions)
    print(f"{len(customers)} customers, {len(exposures)} exposed, {len(sessions)} visits, {len(events)} clicks and purchases")


if __name__ == "__main__":
    main()
