#include "bench/host/competitors.hpp"

#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <functional>
#include <map>
#include <thread>
#include <utility>

#include "bench/host/system_files.hpp"

namespace kickbench::host {

namespace {

// Places of words after the name, which is in brackets and may hold anything: proc(5) counts from 1, and the name is 2.
constexpr std::size_t user_ticks_at = 14 - 3;
constexpr std::size_t kernel_ticks_at = 15 - 3;
constexpr std::size_t nice_at = 19 - 3;
constexpr std::size_t cpu_at = 39 - 3;

template <class Number>
std::optional<Number> number_in(std::string_view word) {
  Number number{};
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
  if (error != std::errc() || end != word.data() + word.size()) return std::nullopt;
  return number;
}

/// The numbers that name entries of a directory. Empty, with the error, where it cannot be listed.
std::vector<std::uint64_t> numbered_entries(const std::filesystem::path& directory, std::error_code& error) {
  std::vector<std::uint64_t> numbers;
  std::filesystem::directory_iterator entry(directory, error);
  while (!error && entry != std::filesystem::directory_iterator()) {
    if (const auto number = parse_count(entry->path().filename().string())) numbers.push_back(*number);
    entry.increment(error);
  }
  return numbers;
}

}  // namespace

std::optional<ThreadUse> parse_thread_stat(std::uint64_t pid, std::string_view line) {
  const std::size_t open = line.find('(');
  const std::size_t close = line.rfind(')');
  if (open == std::string_view::npos || close == std::string_view::npos || close < open) return std::nullopt;
  const std::vector<std::string_view> head = words_of(line.substr(0, open));
  const std::vector<std::string_view> words = words_of(line.substr(close + 1));
  if (head.size() != 1 || words.size() <= cpu_at) return std::nullopt;
  const auto thread = number_in<std::uint64_t>(head.front());
  const auto user = number_in<std::uint64_t>(words[user_ticks_at]);
  const auto kernel = number_in<std::uint64_t>(words[kernel_ticks_at]);
  const auto nice = number_in<int>(words[nice_at]);
  const auto cpu = number_in<int>(words[cpu_at]);
  if (!thread || !user || !kernel || !nice || !cpu) return std::nullopt;
  return ThreadUse{.pid = pid,
                   .thread = *thread,
                   .name = std::string(line.substr(open + 1, close - open - 1)),
                   .nice = *nice,
                   .cpu = *cpu,
                   .ticks = *user + *kernel};
}

Fact<std::vector<ThreadUse>> read_thread_use(const std::filesystem::path& root) {
  std::error_code error;
  std::vector<ThreadUse> threads;
  for (const std::uint64_t pid : numbered_entries(below(root, "/proc"), error)) {
    const std::string tasks = "/proc/" + std::to_string(pid) + "/task";
    std::error_code gone;
    for (const std::uint64_t thread : numbered_entries(below(root, tasks), gone)) {
      const Fact<std::string> line = read_text(root, tasks + "/" + std::to_string(thread) + "/stat");
      if (!line) continue;
      if (auto use = parse_thread_stat(pid, *line)) threads.push_back(std::move(*use));
    }
  }
  using Threads = Fact<std::vector<ThreadUse>>;
  if (error) return Threads::unknown(cannot("/proc", error.value()));
  return threads.empty() ? Threads::unknown("/proc shows no thread") : Threads::known(std::move(threads));
}

std::vector<Competitor> competitors_between(const std::vector<ThreadUse>& before, const std::vector<ThreadUse>& after,
                                            const std::vector<int>& cpus, double interval, std::uint64_t own_pid) {
  std::map<std::pair<std::uint64_t, std::uint64_t>, std::uint64_t> ticks_before;
  for (const ThreadUse& thread : before) ticks_before[{thread.pid, thread.thread}] = thread.ticks;
  std::map<std::pair<std::uint64_t, int>, Competitor> by_process;
  for (const ThreadUse& thread : after) {
    if (thread.pid == own_pid || std::ranges::find(cpus, thread.cpu) == cpus.end()) continue;
    const auto earlier = ticks_before.find({thread.pid, thread.thread});
    const std::uint64_t used = thread.ticks - (earlier == ticks_before.end() ? 0 : earlier->second);
    if (used == 0) continue;
    Competitor& competitor =
        by_process
            .try_emplace({thread.pid, thread.cpu},
                         Competitor{.pid = thread.pid, .name = thread.name, .nice = thread.nice, .cpu = thread.cpu})
            .first->second;
    competitor.share = std::min(1.0, competitor.share + static_cast<double>(used) / interval);
  }
  std::vector<Competitor> competitors;
  for (auto& [key, competitor] : by_process) competitors.push_back(std::move(competitor));
  std::ranges::stable_sort(competitors, std::greater(), &Competitor::share);
  return competitors;
}

Fact<std::vector<Competitor>> find_competitors(const std::vector<int>& cpus, Nanoseconds interval) {
  using Competitors = Fact<std::vector<Competitor>>;
  const Fact<std::vector<ThreadUse>> before = read_thread_use("/");
  if (!before) return Competitors::unknown(before.reason);
  std::this_thread::sleep_for(interval);
  const Fact<std::vector<ThreadUse>> after = read_thread_use("/");
  if (!after) return Competitors::unknown(after.reason);
  const double ticks = interval.count() * 1e-9 * static_cast<double>(sysconf(_SC_CLK_TCK));
  return Competitors::known(competitors_between(*before, *after, cpus, ticks, static_cast<std::uint64_t>(getpid())));
}

}  // namespace kickbench::host
