#include "bench/command/commands.hpp"

int main(int argc, char** argv) { return kickbench::bench::run_command_line(argc, argv); }
