"""What becomes of results and messages when the streams of the process, or its files, are not as usual."""

import os
import resource
import shutil
import subprocess

import harness


class Streams(harness.CommandLineTest):
    def close_first(self, *descriptors):
        """What a shell does for `0<&- 1>&-`: the binary starts without them."""

        def close():
            for descriptor in descriptors:
                os.close(descriptor)

        return close

    def test_nothing_of_ours_lands_on_a_closed_descriptor(self):
        for closed in ((0,), (2,), (0, 2), (0, 1, 2)):
            with self.subTest(closed=closed):
                result = harness.run("list", "--json", "out.json", preexec_fn=self.close_first(*closed))
                self.assert_exit(result, 3 if 1 in closed else 0)  # the table is lost, and that is said by the code
                document = harness.strict_json((self.folder / "out.json").read_text(encoding="utf-8"))
                self.assertTrue(document["rings"])

    def test_output_to_a_closed_stream_is_an_error(self):
        result = harness.run("list", preexec_fn=self.close_first(1))
        self.assert_exit(result, 3)
        self.assert_says(result.stderr, "could not be written to standard output")

    def test_a_reader_that_is_gone_costs_the_table_and_not_the_file(self):
        self.needs_two_cpus()
        reader, writer = os.pipe()
        os.close(reader)
        for command in (("list",), ("run", *harness.SHORT)):
            with self.subTest(command=command):
                result = harness.run(*command, "--json", "out.json", stdout=writer)
                self.assertIn(result.returncode, (0, 3), f"standard error:\n{result.stderr}")
                harness.strict_json((self.folder / "out.json").read_text(encoding="utf-8"))
        result = harness.run("list", stdout=writer)
        self.assert_exit(result, 3)
        self.assert_says(result.stderr, "could not be written to standard output")
        os.close(writer)

    def test_a_limit_of_file_size_is_an_error_and_leaves_no_debris(self):
        def limited():
            resource.setrlimit(resource.RLIMIT_FSIZE, (8192, 8192))

        result = harness.run("run", *harness.SHORT, "--json", "f.json", preexec_fn=limited)
        self.assert_exit(result, 3)
        self.assert_says(result.stderr, "File too large")
        self.assertEqual(self.files(), [])

    def test_a_mounted_file_is_written_in_place(self):
        if shutil.which("unshare") is None or os.geteuid() != 0:
            self.skipTest("mounting needs root and unshare")
        for name in ("source.json", "target.json"):
            (self.folder / name).write_text("earlier", encoding="utf-8")
        shell = f"mount --bind source.json target.json && exec {harness.BINARY} list --json target.json"
        result = subprocess.run(["unshare", "-m", "sh", "-c", shell], capture_output=True, text=True, check=False)
        if "unshare:" in result.stderr or "mount:" in result.stderr:
            self.skipTest(f"mounting is refused: {result.stderr.strip()}")
        self.assert_exit(result, 0)
        harness.strict_json((self.folder / "source.json").read_text(encoding="utf-8"))
        self.assertEqual((self.folder / "target.json").read_text(encoding="utf-8"), "earlier")
        self.assertEqual(self.files(), ["source.json", "target.json"])


if __name__ == "__main__":
    harness.main()
