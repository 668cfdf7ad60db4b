#include <set>
#include <string>
#include <system_error>

#include "bench/host/capabilities.hpp"
#include "bench/host/environment_parts.hpp"
#include "bench/host/system_files.hpp"

namespace kickbench::host {

namespace {

using Path = std::filesystem::path;
using Text = Fact<std::string>;
using Count = Fact<std::uint64_t>;

const char* const cpu_directory = "/sys/devices/system/cpu/";

Text read_governors(const Path& root, const Fact<std::vector<int>>& online) {
  if (!online) return Text::unknown(online.reason);
  std::set<std::string> governors;
  std::string absence;
  for (const int cpu : *online) {
    const Text governor =
        read_word(root, std::string(cpu_directory) + "cpu" + std::to_string(cpu) + "/cpufreq/scaling_governor");
    if (governor) governors.insert(*governor);
    if (absence.empty()) absence = governor.reason;
  }
  if (governors.empty()) return Text::unknown(absence);
  std::string joined;
  for (const std::string& governor : governors) joined += (joined.empty() ? "" : ",") + governor;
  return Text::known(joined);
}

Fact<bool> read_turbo(const Path& root) {
  if (Fact<bool> boost = read_flag(root, std::string(cpu_directory) + "cpufreq/boost")) return boost;
  const Fact<bool> no_turbo = read_flag(root, std::string(cpu_directory) + "intel_pstate/no_turbo");
  return no_turbo ? Fact<bool>::known(!*no_turbo) : Fact<bool>::unknown(no_turbo.reason);
}

Fact<std::vector<IdleState>> read_idle_states(const Path& root) {
  std::vector<IdleState> states;
  while (true) {
    const std::string directory = std::string(cpu_directory) + "cpu0/cpuidle/state" + std::to_string(states.size());
    const Text name = read_word(root, directory + "/name");
    const Count latency = read_count(root, directory + "/latency");
    if (!name || !latency) {
      if (states.empty()) return Fact<std::vector<IdleState>>::unknown(name ? latency.reason : name.reason);
      return Fact<std::vector<IdleState>>::known(std::move(states));
    }
    const Count disabled = read_count(root, directory + "/disable");
    states.push_back({*name, *latency, disabled && *disabled != 0});
  }
}

Fact<std::map<std::string, std::string>> read_haltpoll(const Path& root) {
  using Parameters = Fact<std::map<std::string, std::string>>;
  const std::string directory = "/sys/module/haltpoll/parameters";
  std::error_code error;
  std::map<std::string, std::string> parameters;
  for (std::filesystem::directory_iterator entry(below(root, directory), error), end; !error && entry != end;
       entry.increment(error)) {
    const std::string name = entry->path().filename();
    if (const Text value = read_word(root, directory + '/' + name)) parameters.emplace(name, *value);
  }
  if (error) return Parameters::unknown(cannot(directory, error.value()));
  if (parameters.empty()) return Parameters::unknown(directory + " is empty");
  return Parameters::known(std::move(parameters));
}

Fact<bool> read_boot_idle_poll(const Path& root) {
  const Text command_line = read_text(root, "/proc/cmdline");
  return command_line ? Fact<bool>::known(has_word(*command_line, "idle=poll"))
                      : Fact<bool>::unknown(command_line.reason);
}

}  // namespace

void probe_power(Environment& environment, const Path& root) {
  environment.cpufreq_driver = read_word(root, "/sys/devices/system/cpu/cpu0/cpufreq/scaling_driver");
  environment.cpufreq_governor = read_governors(root, environment.online_cpus);
  environment.turbo = read_turbo(root);
  environment.cpuidle_driver = read_word(root, "/sys/devices/system/cpu/cpuidle/current_driver");
  // The writable file is missing where the governor cannot be switched; the read-only one is older and always there.
  environment.cpuidle_governor = first_known(read_word(root, "/sys/devices/system/cpu/cpuidle/current_governor"),
                                             read_word(root, "/sys/devices/system/cpu/cpuidle/current_governor_ro"));
  environment.idle_states = read_idle_states(root);
  environment.haltpoll = read_haltpoll(root);
  environment.boot_idle_poll = read_boot_idle_poll(root);
  environment.cpu_dma_latency_us = read_cpu_dma_latency_us(root);
  environment.cpu_dma_latency = probe_cpu_dma_latency(root);
}

}  // namespace kickbench::host
