#include "bench/text/page.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <limits>
#include <optional>
#include <string_view>

namespace kickbench::bench::text {
namespace {

constexpr std::size_t usual_width = 80;
constexpr std::size_t least_width = 40;

std::optional<std::size_t> width_in_environment() {
  const char* const columns = std::getenv("COLUMNS");
  if (columns == nullptr) return std::nullopt;
  const std::string_view text(columns);
  std::size_t width = 0;
  const auto [rest, error] = std::from_chars(text.begin(), text.end(), width);
  return error == std::errc() && rest == text.end() && width > 0 ? std::optional(width) : std::nullopt;
}

/// Where a stream keeps its page's width; 0 where it is no page.
int width_index() {
  static const int index = std::ios_base::xalloc();
  return index;
}

bool begins_character(char byte) { return (byte & 0xc0) != 0x80; }

/// The first byte of the character with this number; the end where there are fewer.
std::size_t byte_of(const std::string& text, std::size_t character) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (begins_character(text[i]) && character-- == 0) return i;
  }
  return text.size();
}

/// Where the text after the first gap begins; where there is none, two further in than the line.
std::size_t continuation_of(const std::string& line, std::size_t width) {
  const std::size_t begin = std::min(line.find_first_not_of(' '), line.size());
  const std::size_t gap = line.find("  ", begin);
  const std::size_t second = line.find_first_not_of(' ', gap);
  const std::size_t column =
      gap == std::string::npos || second == std::string::npos ? begin + 2 : characters(line.substr(0, second));
  return column <= width / 2 ? column : std::min(begin + 2, width / 2);
}

/// How many bytes of `rest`, which is too long, the next line takes: up to a space, else after a slash, else whatever
/// fits.
std::size_t break_of(const std::string& rest, std::size_t width) {
  const std::size_t end = byte_of(rest, width);
  const std::size_t space = rest.rfind(' ', end);
  if (space != std::string::npos && rest.find_first_not_of(' ') < space) return space;
  const std::size_t slash = rest.rfind('/', end - 1);
  return slash != std::string::npos && slash > 0 ? slash + 1 : end;
}

}  // namespace

std::size_t characters(const std::string& text) {
  return static_cast<std::size_t>(std::ranges::count_if(text, begins_character));
}

std::optional<std::size_t> terminal_width(int descriptor) {
  winsize size{};
  if (ioctl(descriptor, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return std::nullopt;
  return std::max<std::size_t>(least_width, size.ws_col);
}

std::size_t output_width() {
  const std::size_t shown = terminal_width(STDOUT_FILENO).value_or(usual_width);
  return std::max(least_width, width_in_environment().value_or(shown));
}

std::size_t page_width(std::ostream& out) {
  const long width = out.iword(width_index());
  return width > 0 ? static_cast<std::size_t>(width) : std::numeric_limits<long>::max();
}

std::vector<std::string> fold(const std::string& line, std::size_t width) {
  const std::string indent(continuation_of(line, width), ' ');
  std::vector<std::string> lines;
  std::string rest = line;
  while (characters(rest) > width) {
    const std::size_t end = break_of(rest, width);
    lines.push_back(rest.substr(0, end));
    lines.back().erase(lines.back().find_last_not_of(' ') + 1);
    rest.erase(0, std::min(rest.find_first_not_of(' ', end), rest.size()));
    rest.insert(0, indent);
  }
  lines.push_back(rest);
  return lines;
}

Page::Page(std::ostream& below, std::size_t width) : std::ostream(nullptr), buffer_(below, width) {
  rdbuf(&buffer_);
  iword(width_index()) = static_cast<long>(width);
}

Page::~Page() {
  if (buffer_.has_part_of_a_line()) buffer_.end_line();
}

void Page::Buffer::end_line() {
  for (const std::string& line : fold(line_, width_)) out_ << line << '\n';
  line_.clear();
}

Page::Buffer::int_type Page::Buffer::overflow(int_type character) {
  if (traits_type::eq_int_type(character, traits_type::eof())) return traits_type::not_eof(character);
  if (character == '\n') {
    end_line();
  } else {
    line_.push_back(traits_type::to_char_type(character));
  }
  return out_ ? character : traits_type::eof();
}

int Page::Buffer::sync() { return out_.flush() ? 0 : -1; }

}  // namespace kickbench::bench::text
