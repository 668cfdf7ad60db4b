#include "bench/host/idle.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <exception>
#include <thread>

#include "bench/host/doctor_checks.hpp"
#include "bench/host/system_files.hpp"
#include "bench/host/thread.hpp"

namespace kickbench::host {

namespace {

[[noreturn]] void refuse(const std::string& device, const char* act, int error_number) {
  std::string message =
      "cannot make idle CPUs poll: " + std::string(act) + " " + device + ": " + std::strerror(error_number);
  if (error_number == EACCES || error_number == EPERM) {
    message += "; run as root, or let your user write to it (chmod or a udev rule), or use --idle as-is";
  } else if (error_number == ENOENT) {
    message += "; the kernel lacks CONFIG_CPU_IDLE or the container hides the device: pass it in, or use --idle as-is";
  } else {
    message += "; use --idle as-is";
  }
  throw IdleError(message);
}

constexpr int sleeps_of_a_sample = 20;

/// How long after its time the calling thread runs again: median of its sleeps.
Nanoseconds time_wake_ups() {
  constexpr auto sleep = std::chrono::milliseconds(1);
  std::array<Nanoseconds, sleeps_of_a_sample> late{};
  for (Nanoseconds& wake_up : late) {
    const auto due = std::chrono::steady_clock::now() + sleep;
    std::this_thread::sleep_until(due);
    wake_up = std::chrono::steady_clock::now() - due;
  }
  std::ranges::nth_element(late, late.begin() + late.size() / 2);
  return late[late.size() / 2];
}

Fact<IdlePeriods> since(const Fact<IdlePeriods>& begin, Fact<IdlePeriods> end) {
  if (!begin || !end) return begin ? end : begin;
  end.value->polled -= begin->polled;
  end.value->halted -= begin->halted;
  return end;
}

}  // namespace

std::string_view name_of(IdleMode mode) { return mode == IdleMode::poll ? "poll" : "as-is"; }

IdlePolling::IdlePolling(const std::string& device) : descriptor_(open(device.c_str(), O_WRONLY | O_CLOEXEC)) {
  if (descriptor_ < 0) refuse(device, "opening", errno);
  // The kernel takes four bytes as a binary number of microseconds.
  const std::int32_t latency_us = 0;
  const ssize_t written = write(descriptor_, &latency_us, sizeof latency_us);
  if (written == static_cast<ssize_t>(sizeof latency_us)) return;
  const int error_number = written < 0 ? errno : EIO;
  close(descriptor_);
  refuse(device, "writing to", error_number);
}

IdlePolling::~IdlePolling() { close(descriptor_); }

Fact<IdlePeriods> read_idle_periods(int cpu, const std::filesystem::path& root) {
  IdlePeriods periods;
  for (int state = 0;; ++state) {
    const std::string directory =
        "/sys/devices/system/cpu/cpu" + std::to_string(cpu) + "/cpuidle/state" + std::to_string(state);
    const Fact<std::uint64_t> latency_us = read_count(root, directory + "/latency");
    const Fact<std::uint64_t> usage = read_count(root, directory + "/usage");
    if (!latency_us || !usage) {
      if (state > 0) return Fact<IdlePeriods>::known(periods);
      return Fact<IdlePeriods>::unknown(latency_us ? usage.reason : latency_us.reason);
    }
    (*latency_us == 0 ? periods.polled : periods.halted) += *usage;
  }
}

IdleSample sample_idle(int cpu) {
  IdleSample sample;
  std::exception_ptr failure;
  std::thread([&] {
    try {
      pin_this_thread(cpu);
      use_least_timer_slack();
      const Fact<IdlePeriods> begin = read_idle_periods(cpu);
      sample.wake_up = time_wake_ups();
      sample.periods = since(begin, read_idle_periods(cpu));
    } catch (...) {
      failure = std::current_exception();
    }
  }).join();
  if (failure) std::rethrow_exception(failure);
  return sample;
}

PollingEvidence judge_polling(const IdleSample& before, const IdleSample& under_request) {
  using doctor::in_words;
  constexpr double polled_share_min = 0.95;     // one that was idle already when the request came may end in a halt
  constexpr double wake_up_ratio_max = 2. / 3;  // waking a halted CPU takes several times as long
  if (const Fact<IdlePeriods>& periods = under_request.periods) {
    const std::uint64_t all = periods->polled + periods->halted;
    const std::string counted = std::to_string(periods->polled) + " of " + std::to_string(all) + " idle periods polled";
    if (all < sleeps_of_a_sample / 2) return {std::nullopt, "the CPU was hardly idle: " + counted};
    return {static_cast<double>(periods->polled) >= polled_share_min * static_cast<double>(all), counted};
  }
  const std::string timed = "waking takes " + in_words(under_request.wake_up) + " under the request and " +
                            in_words(before.wake_up) +
                            " without it (the kernel counts no idle states: " + under_request.periods.reason + ")";
  if (before.wake_up <= Nanoseconds(0)) return {std::nullopt, timed};
  return {under_request.wake_up <= wake_up_ratio_max * before.wake_up, timed};
}

}  // namespace kickbench::host
