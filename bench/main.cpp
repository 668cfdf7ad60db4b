#include "bench/command/commands.hpp"
#include "bench/host/process.hpp"
#include "bench/measure/process/side_process.hpp"

int main(int argc, char** argv) {
  kickbench::host::prepare_process();
  if (const auto exit_code = kickbench::bench::measure::serve_if_started_as_side(argc, argv)) return *exit_code;
  return kickbench::bench::command::run_command_line(argc, argv);
}
