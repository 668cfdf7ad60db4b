#include <sys/prctl.h>

#include <cerrno>
#include <charconv>

#include "bench/host/environment_parts.hpp"
#include "bench/host/system_files.hpp"

namespace kickbench::host {

namespace {

using Path = std::filesystem::path;
using Text = Fact<std::string>;
using Count = Fact<std::uint64_t>;

Text read_preemption_model(const Path& root) {
  if (Text choice = read_choice(root, "/sys/kernel/debug/sched/preempt")) return choice;
  if (const Fact<bool> realtime = read_flag(root, "/sys/kernel/realtime"); realtime && *realtime)
    return Text::known("rt");
  Text version = read_word(root, "/proc/sys/kernel/version");
  if (!version) return version;
  if (has_word(*version, "PREEMPT_RT")) return Text::known("rt");
  if (has_word(*version, "PREEMPT")) return Text::known("full");
  if (!has_word(*version, "PREEMPT_DYNAMIC")) return Text::known("none or voluntary");
  if (const Text command_line = read_text(root, "/proc/cmdline")) {
    constexpr std::string_view option = "preempt=";
    for (const std::string_view word : words_of(*command_line)) {
      if (word.starts_with(option)) return Text::known(std::string(word.substr(option.size())));
    }
  }
  return Text::known("dynamic");  // chosen by the kernel's default; only debugfs tells which
}

// Columns of the first line of /proc/stat: user nice system idle iowait irq softirq steal; guest time is part of user.
struct CpuTicks {
  std::uint64_t all = 0;
  std::uint64_t steal = 0;
};
Fact<CpuTicks> read_cpu_ticks(const Path& root) {
  const Text stat = read_text(root, "/proc/stat");
  if (!stat) return Fact<CpuTicks>::unknown(stat.reason);
  const auto lines = lines_of(*stat);
  const auto words = lines.empty() ? std::vector<std::string_view>{} : words_of(lines.front());
  if (words.size() < 9 || words[0] != "cpu") return Fact<CpuTicks>::unknown("/proc/stat counts no steal time");
  CpuTicks ticks;
  for (std::size_t column = 1; column <= 8; ++column) {
    const auto count = parse_count(words[column]);
    if (!count) return Fact<CpuTicks>::unknown("/proc/stat: '" + std::string(words[column]) + "' is not a number");
    ticks.all += *count;
    if (column == 8) ticks.steal = *count;
  }
  return Fact<CpuTicks>::known(ticks);
}

Fact<double> read_load(const Path& root) {
  const Text text = read_word(root, "/proc/loadavg");
  if (!text) return Fact<double>::unknown(text.reason);
  const std::string_view first = words_of(*text).front();
  double load = 0;
  if (std::from_chars(first.data(), first.data() + first.size(), load).ec == std::errc{}) {
    return Fact<double>::known(load);
  }
  return Fact<double>::unknown("/proc/loadavg: '" + *text + "' does not begin with a number");
}

Count probe_timer_slack() {
  const int slack_ns = prctl(PR_GET_TIMERSLACK, 0UL, 0UL, 0UL, 0UL);
  return slack_ns < 0 ? Count::unknown(cannot("prctl(PR_GET_TIMERSLACK)", errno))
                      : Count::known(static_cast<std::uint64_t>(slack_ns));
}

}  // namespace

void probe_kernel(Environment& environment, const Path& root) {
  environment.kernel_release = read_word(root, "/proc/sys/kernel/osrelease");
  environment.preemption_model = read_preemption_model(root);
  environment.clocksource = read_word(root, "/sys/devices/system/clocksource/clocksource0/current_clocksource");
  environment.available_clocksources =
      read_word(root, "/sys/devices/system/clocksource/clocksource0/available_clocksource");
  environment.isolated_cpus = read_cpu_list(root, "/sys/devices/system/cpu/isolated");
  environment.nohz_full_cpus = read_cpu_list(root, "/sys/devices/system/cpu/nohz_full");
  const Fact<CpuTicks> ticks = read_cpu_ticks(root);
  environment.cpu_ticks = ticks ? Count::known(ticks->all) : Count::unknown(ticks.reason);
  environment.steal_ticks = read_steal_ticks(root);
  environment.timer_slack_ns = probe_timer_slack();
  environment.load_average = read_load(root);
}

Count read_steal_ticks(const Path& root) {
  const Fact<CpuTicks> ticks = read_cpu_ticks(root);
  return ticks ? Count::known(ticks->steal) : Count::unknown(ticks.reason);
}

}  // namespace kickbench::host
