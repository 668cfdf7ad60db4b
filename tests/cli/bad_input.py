"""What is wrong with the arguments is said before anything is measured or written."""

import os

import harness


class BadInput(harness.CommandLineTest):
    def refused(self, arguments, *fragments):
        """Exit code 2, culprit and remedy on standard error, nothing else: no output, no file, no progress."""
        result = harness.run(*arguments)
        self.assert_exit(result, 2)
        self.assert_says(result.stderr, *fragments)
        self.assertNotIn("info:", result.stderr)
        self.assertEqual(result.stdout, "")
        self.assertEqual(self.files(), [])

    def run_refused(self, arguments, *fragments):
        self.refused(["run", "--json", "out.json", *arguments.split()], *fragments)

    def test_time_without_unit(self):
        self.run_refused("--wp 2", "--wp 2 lacks a unit", "2us")

    def test_time_with_unknown_unit(self):
        self.run_refused("--wc 2h", "--wc '2h'", "'h' is unknown", "ns, us, ms or s")

    def test_time_that_is_none(self):
        self.run_refused("--producer-wait spin-block --spin fast", "--spin 'fast' is not a time", "1500ns")

    def test_negative_time(self):
        self.run_refused("--wp -1us", "--wp -1us", "0 to 1s")

    def test_time_too_long_to_be_interrupted(self):
        self.run_refused("--consumer-wait sleep --yc 2s", "--yc 2s", "0 to 1s")

    def test_threshold_of_zero(self):
        self.run_refused("--kp 0", "--kp 0", "at least 1")

    def test_threshold_above_queue_size(self):
        self.run_refused("--kp 300 --queue-size 256", "--kp 300", "1 to the queue size, 256")

    def test_threshold_fraction_above_one(self):
        self.run_refused("--kc 4/3", "--kc 4/3", "3/4")

    def test_features_chains_batches_and_several_rings(self):
        for arguments, fragment in (
            ("--features foo", "event_idx, indirect, in_order, order_platform"),
            ("--features none --kp 2", "needs the feature event_idx"),
            ("--direction up", "Known: tx, rx"),
            ("--chain 300", "1 to the queue size, 256"),
            ("--ring spsc --chain 2", "--ring split or packed"),
            ("--chain 3 --kp 86", "chains that fit, 85"),
            ("--batch 257", "number of slots, 256"),
            ("--ring split,foo", "'foo'"),
            ("--ring all --items 5", "--duration"),
        ):
            with self.subTest(arguments):
                self.run_refused(arguments, fragment)

    def test_queue_size_not_a_power_of_two(self):
        self.run_refused("--queue-size 100", "--queue-size 100", "power of two")

    def test_queue_size_of_zero(self):
        self.run_refused("--queue-size 0", "--queue-size 0", "at least 1")

    def test_queue_size_beyond_the_largest(self):
        self.run_refused("--ring spsc --queue-size 32769", "--queue-size 32769", "1 to 32768")

    def test_queue_size_as_fraction(self):
        self.run_refused("--ring spsc --queue-size 3/4", "--queue-size 3/4", "whole number")

    def test_unknown_ring(self):
        self.run_refused("--ring slpit", "--ring 'slpit'", "did you mean 'split'?")

    def test_unknown_notifier(self):
        self.run_refused("--notify eventdf", "--notify 'eventdf'", "did you mean 'eventfd'?", "futex")

    def test_unknown_kick(self):
        self.run_refused("--kick futx", "--kick 'futx'", "did you mean 'futex'?")

    def test_unknown_interrupt(self):
        self.run_refused("--interrupt eventfd-ring", "--interrupt 'eventfd-ring'", "did you mean 'eventfd-uring'?")

    def test_unknown_wait(self):
        self.run_refused("--producer-wait blok", "--producer-wait 'blok'", "did you mean 'block'?")

    def test_unknown_placement(self):
        self.run_refused("--place l4", "--place 'l4'", "did you mean 'l", "same-core")

    def test_unknown_idle_mode(self):
        self.run_refused("--idle pol", "--idle 'pol'", "did you mean 'poll'?")

    def test_placement_with_one_cpu_number(self):
        self.needs_two_cpus()
        self.run_refused("--place 1,", "'1,'", "P,C")

    def test_blocking_without_a_notifier(self):
        self.run_refused("--notify none --consumer-wait block", "--consumer-wait block needs a notifier", "--notify")

    def test_sleeping_without_a_length(self):
        self.run_refused("--consumer-wait sleep", "--consumer-wait sleep", "--yc 50us")

    def test_no_repetitions(self):
        self.run_refused("--repetitions 0", "--repetitions 0", "at least 1")

    def test_negative_repetitions(self):
        self.run_refused("--repetitions -1", "--repetitions -1", "at least 1")

    def test_items_that_are_no_number(self):
        self.run_refused("--items 0x", "--items 0x", "1 to 10^15")

    def test_no_items(self):
        self.run_refused("--items 0", "--items 0", "1 to 10^15")

    def test_no_duration(self):
        self.run_refused("--duration 0ms", "--duration 0ms", "above 0")

    def test_file_in_a_folder_that_does_not_exist(self):
        self.refused(["run", "--json", "/nonexistent/x.json"], "--json /nonexistent/x.json", "No such file", "folder")

    def test_folder_instead_of_a_file(self):
        self.refused(["run", "--json", "/"], "--json /", "directory")

    def test_named_pipe_without_a_reader(self):
        os.mkfifo("pipe")
        result = harness.run("run", "--json", "pipe")
        self.assert_exit(result, 2)
        self.assert_says(result.stderr, "--json pipe", "start its reader")
        self.assertEqual(result.stdout, "")

    def test_unknown_command(self):
        self.refused(["prdict"], "'prdict'", "did you mean 'predict'?")

    def test_unknown_option(self):
        self.refused(["run", "--wpp", "2us"], "'--wpp'", "did you mean '--wp'?", "kickbench run --help")

    def test_unknown_option_with_its_value(self):
        self.refused(["run", "--queue-sise=8"], "'--queue-sise'", "did you mean '--queue-size'?")

    def test_option_before_the_command(self):
        self.refused(["--wp", "2us", "run"], "--wp belongs behind the command")

    def test_missing_value_at_the_end(self):
        self.refused(["run", "--wp"], "--wp needs a value: --wp TIME")

    def test_missing_value_before_an_option(self):
        self.refused(["run", "--json", "--quiet"], "--json", "needs a value before '--quiet'")

    def test_empty_value(self):
        self.refused(["run", "--json", ""], "--json", "needs a value")

    def test_option_given_twice(self):
        self.refused(["run", "--wp", "1us", "--wp", "2us"], "--wp is given more than once")

    def test_flag_with_a_value(self):
        self.refused(["run", "--quiet=no"], "--quiet takes no value")

    def test_name_that_is_near_no_other(self):
        self.refused(["run", "--xyzzy"], "option '--xyzzy' is unknown; see")
        self.refused(["run", "--ring", "xyzzy"], "--ring 'xyzzy' is unknown. Known: split")

    def test_word_without_an_option(self):
        self.refused(["run", "fast"], "'fast' was not expected")

    def test_no_command(self):
        self.refused([], "Usage: kickbench", "doctor", "predict")

    def test_predict_names_the_option_outside_of_the_domain(self):
        for arguments, culprit, remedy in (
            ("--wp 0ns", "--wp is 0 ns", "give the time"),
            ("--nc -1ns", "--nc is -1 ns", "give the time"),
            ("--kc 257", "--kc is 257", "lower kc or raise queue-size"),
            ("--sync sleep --yp 1ms", "--yc is 0 ns", "give the length"),
        ):
            self.refused(["predict", *arguments.split()], culprit, remedy)

    def test_predict_unknown_sync(self):
        self.refused(["predict", "--sync", "notifications"], "--sync", "did you mean 'notification'?")


if __name__ == "__main__":
    harness.main()
