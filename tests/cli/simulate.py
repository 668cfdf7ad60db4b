"""kickbench simulate: exact results, distributions, grids, and what it refuses."""

import csv
import json

import harness

FAST_CONSUMER = "--wp 2us --wc 1us --np 600ns --nc 100ns --sp 1us --sc 5us".split()


class Simulate(harness.CommandLineTest):
    def simulate(self, *arguments):
        result = harness.run("simulate", "--json", "-", *arguments)
        self.assert_exit(result, 0)
        return harness.strict_json(result.stdout)

    def refused(self, arguments, *fragments):
        result = harness.run("simulate", "--json", "out.json", *arguments.split())
        self.assert_exit(result, 2)
        self.assert_says(result.stderr, *fragments)
        self.assertEqual(result.stdout, "")
        self.assertNotIn("out.json", self.files())

    # --- one system

    def test_keys_of_the_contract(self):
        document = self.simulate(*FAST_CONSUMER)
        self.assertEqual(document["schema_version"], 1)
        self.assert_keys(
            document,
            *"""sync regime ns_per_item items_per_notification kicks_per_item interrupts_per_item
            producer_sleeps_per_item consumer_sleeps_per_item busy_ns_per_item latency_service_max_ns
            latency_own_mean_ns exact items lower_ci95_ns_per_item""".split(),
        )

    def test_constants_are_exact(self):
        # m = floor(S_C / (W_P - W_C)) + 1 = 6, T = W_P + N_P / m
        document = self.simulate(*FAST_CONSUMER)
        self.assertIs(document["exact"], True)
        self.assertEqual(document["regime"], "FC")
        self.assertEqual(document["ns_per_item"], 2100)
        self.assertEqual(document["items"], 6)
        self.assertEqual(document["items_per_notification"], 6)
        self.assertEqual(document["items_per_kick_histogram"], [{"items": 6, "count": 1}])
        # 2 W_P + N_P + S_C + W_C
        self.assertEqual(document["latency_service_max_ns"], 10600)
        self.assertEqual(document["model_assumptions"], [])

    def test_fractions_of_a_nanosecond_are_exact(self):
        document = self.simulate("--sync", "busy-wait", "--wp", "0.25ns", "--wc", "0.125ns")
        self.assertIs(document["exact"], True)
        self.assertEqual(document["ns_per_item"], 0.25)

    def test_says_what_it_took_for_granted(self):
        self.assert_says(" ".join(self.simulate("--np", "600ns")["model_assumptions"]), "--nc", "--sp", "--sc")
        asleep = self.simulate("--sync", "sleep", "--yp", "1us", "--yc", "1us", "--consumer-oversleep", "exp:50us")
        self.assert_says(" ".join(asleep["model_assumptions"]), "--producer-oversleep")
        self.assertNotIn("--consumer-oversleep", " ".join(asleep["model_assumptions"]))

    def test_for_people(self):
        result = harness.run("simulate", *FAST_CONSUMER, "--timeline", "5")
        self.assert_exit(result, 0)
        self.assert_says(result.stdout, "FC, fast consumer", "2100.000 (exact)", "kicks", "publishes")

    def test_timeline_follows_the_rules(self):
        events = self.simulate(*FAST_CONSUMER, "--timeline", "9")["timeline"]
        told = [(event["at_ns"], event["side"], event["event"], event["until_ns"]) for event in events]
        self.assertEqual(
            told[:3] + told[-1:],
            [
                (0, "producer", "begins", 2000),
                (2000, "producer", "publishes", None),
                (2000, "producer", "kicks", 2600),
                (7600, "consumer", "finds work", None),  # S_C after the end of the kick
            ],
        )

    # --- distributions

    def test_distributions_come_with_an_interval(self):
        for cost in ("exp:2us", "normal:2us:200ns", "lognormal:2us:1us", "uniform:1us:3us", "bimodal:1us:3us:0.5"):
            document = self.simulate("--sync", "busy-wait", "--queue-size", "1", "--items", "20000", "--wp", cost)
            self.assertIs(document["exact"], False)
            self.assertLess(document["lower_ci95_ns_per_item"], document["upper_ci95_ns_per_item"])
            self.assertAlmostEqual(document["parameters"]["producer"]["work_mean_ns"], 2000)
            # One slot: producer and consumer take turns.
            self.assertAlmostEqual(document["ns_per_item"], 3000, delta=100, msg=cost)

    def test_the_seed_decides(self):
        runs = [self.simulate("--wp", "exp:2us", "--items", "5000", "--seed", seed) for seed in ("3", "3", "4")]
        self.assertEqual(runs[0], runs[1])
        self.assertNotEqual(runs[0]["ns_per_item"], runs[2]["ns_per_item"])

    def test_a_histogram_from_a_file(self):
        bins = [{"from_ns": -300, "to_ns": -100, "count": 1}, {"from_ns": 500, "to_ns": 500, "count": 3}]
        with open("costs.json", "w", encoding="utf-8") as file:
            json.dump({"other": 1, "distributions": {"startup": {"count": 4, "bins": bins}}}, file)
        document = self.simulate("--np", "600ns", "--sc", "file:costs.json#startup", "--items", "1000")
        self.assertEqual(document["parameters"]["consumer"]["startup_mean_ns"], 325)
        self.refused("--sc file:costs.json#startups", "--sc costs.json", "did you mean 'startup'?")

    def test_bad_distributions_are_refused_by_name(self):
        self.refused("--wp expp:2us", "--wp", "did you mean 'exp'?")
        self.refused("--wp exp:2us:3us", "--wp exp:2us:3us", "write it like exp:2us")
        self.refused("--np uniform:2:3us", "--np 2 lacks a unit")
        self.refused("--np bimodal:1us:2us:1.5", "--np", "'1.5' is no probability")
        self.refused("--sc file:costs.json", "--sc file:costs.json", "file:FILE#NAME")
        self.refused("--wp uniform:-1us:2us", "--wp can become negative")
        self.refused("--np 100ns --sc -300ns", "--sc is -300 ns", "at least -100 ns")
        self.refused("--wp exp:2us --seed 0", "--seed 0", "at least 1")

    # --- grids

    def test_a_grid_has_a_row_per_point(self):
        document = self.simulate(*FAST_CONSUMER[:-2], "--vary", "sc=0ns:5us:3", "--vary", "queue-size=8:16:2")
        self.assertEqual(document["axes"], ["sc_ns", "queue_size"])
        self.assertIs(document["complete"], True)
        places = [(row["sc_ns"], row["queue_size"]) for row in document["rows"]]
        self.assertEqual(places, [(0, 8), (0, 16), (2500, 8), (2500, 16), (5000, 8), (5000, 16)])
        self.assertEqual([row["ns_per_item"] for row in document["rows"]], [2600, 2600, 2200, 2200, 2100, 2100])

    def test_a_grid_as_csv_equals_its_json(self):
        arguments = ["--vary", "kp=1:4:4", "--np", "1us", "--csv", "grid.csv", "--quiet"]
        rows = self.simulate(*arguments)["rows"]
        with open("grid.csv", encoding="utf-8", newline="") as file:
            lines = list(csv.DictReader(file))
        self.assertEqual([line["kp_count"] for line in lines], ["1", "2", "3", "4"])
        for line, row in zip(lines, rows):
            self.assertEqual(float(line["ns_per_item"]), row["ns_per_item"])
            self.assertEqual(line["regime"], row["regime"])
            self.assertEqual(line["lower_ci95_ns_per_item"], "")

    def test_bad_grids_are_refused(self):
        self.refused("--vary wc=1us:2us", "--vary wc=1us:2us", "NAME=FROM:TO:COUNT")
        self.refused("--vary wcc=1us:2us:3", "--vary 'wcc'", "did you mean 'wc'?")
        self.refused("--vary kp=1:3:5", "fewer whole numbers")
        self.refused("--vary kp=1:300:2", "--kp is 300")
        self.refused("--vary wc=1us:2us:2 --vary wc=1us:2us:2", "--vary wc is given twice")
        self.refused("--vary wc=1us:2us:2 --vary wp=1us:2us:2 --vary np=1us:2us:2", "at most two axes")
        self.refused("--vary wc=1us:2us:2 --timeline 3", "--timeline")
        self.refused("--csv /nonexistent/x.csv", "--csv /nonexistent/x.csv", "No such file")


if __name__ == "__main__":
    harness.main()
