#include "bench/command/logger.hpp"

#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <cstdlib>
#include <memory>
#include <string>

#include "bench/text/page.hpp"

namespace kickbench::bench::command {
namespace {

/// The message, in lines that are as wide as the terminal behind the head of the first.
class FoldedMessage final : public spdlog::custom_flag_formatter {
 public:
  void format(const spdlog::details::log_msg& message, const std::tm&, spdlog::memory_buf_t& out) override {
    const std::string text(message.payload.begin(), message.payload.end());
    const auto width = text::terminal_width(STDERR_FILENO);
    if (!width) return out.append(text.data(), text.data() + text.size());
    const auto level = spdlog::level::to_string_view(message.level);
    const std::string head = "kickbench: " + std::string(level.begin(), level.end()) + ": ";
    std::string folded;
    for (const std::string& line : text::fold(head + text, *width)) folded += (folded.empty() ? "" : "\n") + line;
    out.append(folded.data() + head.size(), folded.data() + folded.size());
  }
  std::unique_ptr<custom_flag_formatter> clone() const override { return std::make_unique<FoldedMessage>(); }
};

bool environment_has(const char* name) {
  const char* const value = std::getenv(name);
  return value != nullptr && *value != '\0';
}

}  // namespace

void install_logger(bool quiet, bool no_color) {
  const bool is_plain = no_color || environment_has("NO_COLOR");
  const auto color = is_plain ? spdlog::color_mode::never : spdlog::color_mode::automatic;
  auto logger =
      std::make_shared<spdlog::logger>("kickbench", std::make_shared<spdlog::sinks::stderr_color_sink_mt>(color));
  auto formatter = std::make_unique<spdlog::pattern_formatter>();
  formatter->add_flag<FoldedMessage>('*').set_pattern("kickbench: %^%l%$: %*");
  logger->set_formatter(std::move(formatter));
  if (quiet) logger->set_level(spdlog::level::warn);
  spdlog::set_default_logger(std::move(logger));
}

}  // namespace kickbench::bench::command
