#include "bench/output/csv.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <set>
#include <stdexcept>

namespace kickbench::bench::output {
namespace {

/// Quoted where the text would not read back as itself, or readers would take its spaces away.
std::string quoted(const std::string& cell) {
  const bool plain =
      cell.find_first_of(",\"\r\n") == std::string::npos && !cell.starts_with(' ') && !cell.ends_with(' ');
  if (plain) return cell;
  std::string text = "\"";
  for (const char c : cell) text += c == '"' ? std::string("\"\"") : std::string(1, c);
  return text + '"';
}

std::string line(const std::vector<std::string>& cells) {
  // A row of a single empty cell would be an empty line, which readers skip.
  if (cells.size() == 1 && cells.front().empty()) return "\"\"\n";
  std::string text;
  for (const std::string& cell : cells) text += (&cell == &cells.front() ? "" : ",") + quoted(cell);
  return text + '\n';
}

}  // namespace

Csv::Csv(const std::vector<std::string>& header) : column_count_(header.size()), text_(line(header)) {
  const std::set<std::string> names(header.begin(), header.end());
  if (names.empty() || names.contains("") || names.size() != header.size()) {
    throw std::invalid_argument("the columns of a CSV table need names, each its own");
  }
}

void Csv::add(const std::vector<std::string>& cells) {
  if (cells.size() != column_count_) throw std::invalid_argument("a CSV row needs a cell for each column");
  text_ += line(cells);
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
