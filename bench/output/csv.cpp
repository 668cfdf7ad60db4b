#include "bench/output/csv.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <set>
#include <stdexcept>

namespace kickbench::bench::output {
namespace {

std::string quoted(const std::string& cell) {
  std::string text = "\"";
  for (const char c : cell) text += c == '"' ? std::string("\"\"") : std::string(1, c);
  return text + '"';
}

/// Quoted where the text would not read back as itself, or readers would take its spaces away.
std::string quoted_if_needed(const std::string& cell) {
  const bool plain =
      cell.find_first_of(",\"\r\n") == std::string::npos && !cell.starts_with(' ') && !cell.ends_with(' ');
  return plain ? cell : quoted(cell);
}

std::string line(const std::vector<std::string>& cells, const std::vector<bool>& is_text) {
  // A row of a single empty cell would be an empty line, which readers skip.
  if (cells.size() == 1 && cells.front().empty()) return "\"\"\n";
  std::string text;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const bool always = is_text[i] && !cells[i].empty();
    text += (i == 0 ? "" : ",") + (always ? quoted(cells[i]) : quoted_if_needed(cells[i]));
  }
  return text + '\n';
}

}  // namespace

Csv::Csv(const std::vector<std::string>& header, const std::vector<std::string>& texts)
    : is_text_(header.size()), text_(line(header, is_text_)) {
  for (std::size_t i = 0; i < header.size(); ++i) is_text_[i] = std::ranges::find(texts, header[i]) != texts.end();
  const std::set<std::string> names(header.begin(), header.end());
  if (names.empty() || names.contains("") || names.size() != header.size()) {
    throw std::invalid_argument("the columns of a CSV table need names, each its own");
  }
}

void Csv::add(const std::vector<std::string>& cells) {
  if (cells.size() != is_text_.size()) throw std::invalid_argument("a CSV row needs a cell for each column");
  text_ += line(cells, is_text_);
}

std::string csv_cell(const std::optional<double>& value) {
  if (!value || !std::isfinite(*value)) return {};
  const double magnitude = std::abs(*value);
  const bool is_short = magnitude == 0 || (magnitude >= 1e-5 && magnitude < 1e17);
  const auto format = is_short ? std::chars_format::fixed : std::chars_format::scientific;
  std::array<char, 32> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), *value, format).ptr;
  return {text.data(), end};
}

std::string csv_cell(const std::optional<Nanoseconds>& time) {
  return csv_cell(time ? std::optional(time->count()) : std::nullopt);
}

}  // namespace kickbench::bench::output
