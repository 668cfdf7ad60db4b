// Who else runs on the CPUs that are measured on: what each process used between two looks at /proc.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bench/host/fact.hpp"
#include "ring/units.hpp"

namespace kickbench::host {

/// One thread, by now.
struct ThreadUse {
  std::uint64_t pid = 0;
  std::uint64_t thread = 0;
  std::string name;
  int nice = 0;
  int cpu = 0;              // that it ran on last
  std::uint64_t ticks = 0;  // of CPU time, in user and kernel mode
};

/// A line of /proc/PID/task/TID/stat; none where it is not of that form.
std::optional<ThreadUse> parse_thread_stat(std::uint64_t pid, std::string_view line);

/// All threads below root/proc. Those that end meanwhile, or hide, are left out.
Fact<std::vector<ThreadUse>> read_thread_use(const std::filesystem::path& root);

/// What a process took of a CPU, all its threads that ran there together.
struct Competitor {
  std::uint64_t pid = 0;
  std::string name;
  int nice = 0;
  int cpu = 0;
  double share = 0;  // of the CPU's time
};

/// Those that used one of `cpus` between both looks, the process `own_pid` left out; the greediest first. `interval`:
/// in ticks. A thread that is new has used all that it has.
std::vector<Competitor> competitors_between(const std::vector<ThreadUse>& before, const std::vector<ThreadUse>& after,
                                            const std::vector<int>& cpus, double interval, std::uint64_t own_pid);

/// Looks, sleeps for `interval`, and looks again.
Fact<std::vector<Competitor>> find_competitors(const std::vector<int>& cpus, Nanoseconds interval);

}  // namespace kickbench::host
