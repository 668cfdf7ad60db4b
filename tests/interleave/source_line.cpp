#include "tests/interleave/source_line.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <iomanip>
#include <regex>
#include <sstream>
#include <stdexcept>
#include <string_view>

namespace kickbench::interleave {
namespace {

// Lines are numbered from 1; those before the first are empty.
std::string line_at(const char* file, int line) {
  std::ifstream source(file);
  if (!source) throw std::runtime_error(std::string("cannot read ") + file);
  std::string text;
  for (int i = 0; i < line; ++i) std::getline(source, text);
  return text;
}

std::string trimmed(const std::string& text) {
  const std::size_t begin = text.find_first_not_of(' ');
  return begin == std::string::npos ? "" : text.substr(begin);
}

std::string_view verb_of(Event::Kind kind) {
  constexpr std::array<std::string_view, 8> verbs{"reads",   "stores", "   ... is visible", "full fence",
                                                  "signals", "waits",  "is woken",          "returns early"};
  return verbs.at(static_cast<std::size_t>(kind));
}

}  // namespace

std::string label_of(const Site& site) {
  static const std::regex label(R"(//.*?\b([DVPS][1-9])\b)");
  for (int line = site.line; line > std::max(site.line - 4, 0); --line) {
    std::smatch match;
    const std::string text = line_at(site.file, line);
    if (std::regex_search(text, match, label)) return match[1];
  }
  return "";
}

std::string describe(const std::vector<Event>& events) {
  std::ostringstream out;
  int number = 0;
  for (const Event& event : events) {
    const bool of_a_value = event.kind <= Event::Kind::drain;
    const bool is_the_rings = event.kind <= Event::Kind::fence && event.kind != Event::Kind::drain;
    const std::string what = std::string(verb_of(event.kind)) + (of_a_value ? " " + std::to_string(event.value) : "");
    const std::string where =
        std::filesystem::path(event.site.file).filename().string() + ":" + std::to_string(event.site.line);
    out << std::right << std::setw(4) << ++number << "  " << std::left << std::setw(10)
        << (event.side == Side::producer ? "producer" : "consumer") << std::setw(28) << what << where;
    if (is_the_rings) out << "  " << trimmed(line_at(event.site.file, event.site.line));
    out << "\n";
  }
  return out.str();
}

}  // namespace kickbench::interleave
