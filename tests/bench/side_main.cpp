// The main of tests whose sessions start a process: that process is this program again.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "bench/measure/process/side_process.hpp"

int main(int argc, char** argv) {
  if (const auto exit_code = kickbench::bench::measure::serve_if_started_as_side(argc, argv)) return *exit_code;
  testing::InitGoogleMock(&argc, argv);
  return RUN_ALL_TESTS();
}
