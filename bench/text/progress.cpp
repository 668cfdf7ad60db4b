#include "bench/text/progress.hpp"

#include <cmath>

namespace kickbench::bench::text {
namespace {

/// In the unit in which it is a small number.
std::string about(Nanoseconds time) {
  const double seconds = time.count() / 1e9;
  const auto rounded = [](double number, const char* unit) { return std::to_string(std::lround(number)) + unit; };
  if (seconds < 1) return "less than 1 s";
  if (seconds < 59.5) return "about " + rounded(seconds, " s");
  if (seconds < 3570) return "about " + rounded(seconds / 60, " min");
  return "about " + rounded(seconds / 3600, " h");
}

}  // namespace

std::string progress(std::size_t done, std::size_t total, Nanoseconds elapsed) {
  const std::string text = std::to_string(done) + " of " + std::to_string(total);
  if (done >= total) return text;
  return text + ", " + about(elapsed * (static_cast<double>(total - done) / static_cast<double>(done))) + " left";
}

std::string Progress::step() { return progress(++done_, total_, std::chrono::steady_clock::now() - begin_); }

}  // namespace kickbench::bench::text
