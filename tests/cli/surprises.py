"""The model's half of docs/surprises.md: every command of its tables says what the page has it say."""

import pathlib
import re

import harness

PAGE = pathlib.Path(__file__).resolve().parents[2] / "docs" / "surprises.md"
ROW = re.compile(
    r"^\| `kickbench (?P<command>(?:predict|simulate) [^`]*)` \| (?P<regime>\w+) \| (?P<ns>[\d.]+) \|$", re.MULTILINE
)


class Surprises(harness.CommandLineTest):
    def test_the_page_says_what_the_commands_print(self):
        rows = list(ROW.finditer(PAGE.read_text(encoding="utf-8")))
        self.assertGreaterEqual(len(rows), 19)
        for row in rows:
            with self.subTest(row["command"]):
                result = harness.run(*row["command"].split(), "--json", "-", "--quiet")
                self.assertEqual(result.returncode, 0, result.stderr)
                answer = harness.strict_json(result.stdout)
                answer = answer.get("result", answer)
                self.assertEqual(answer["regime"], row["regime"])
                self.assertEqual(f"{answer['ns_per_item']:.1f}", row["ns"])

    def test_the_effects_are_there(self):
        section, times = "", {}
        for line in PAGE.read_text(encoding="utf-8").splitlines():
            if line.startswith("## "):
                section = line[3:]
            if row := ROW.match(line):
                times.setdefault(section, []).append(float(row["ns"]))
        faster = times["A faster consumer, a lower rate"]
        self.assertEqual(faster, sorted(faster), "the faster the consumer, the longer an item takes")
        *hidden, too_slow = times["A slower start-up, a higher rate"]
        self.assertEqual(hidden, sorted(hidden, reverse=True), "the slower the start-up, the shorter an item takes")
        self.assertGreater(too_slow, hidden[-1])
        before, beyond = times["The sleep cliff"]
        self.assertGreater(beyond, 1.4 * before)
        plateaus = times["Plateaus of long sleeps"]
        self.assertEqual(plateaus[::2], plateaus[1::2], "two points on each plateau")
        self.assertEqual(len(set(plateaus)), 3)
        kicked_1, kicked_32, interrupted_1, interrupted_32 = times["What k_P and k_C buy"]
        self.assertLess(kicked_32, kicked_1)
        self.assertLess(interrupted_32, interrupted_1)


if __name__ == "__main__":
    harness.main()
