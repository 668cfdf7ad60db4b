// An unknown name is answered with the names there are, the nearest first.
#pragma once

#include <algorithm>
#include <numeric>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kickbench::bench::scenario {

/// Edits that turn one name into the other: insert, delete or replace a letter, or swap two neighbours.
inline std::size_t edit_distance(std::string_view a, std::string_view b) {
  // Row i: distances of the first i letters of a to the first j of b.
  std::vector<std::size_t> two_before(b.size() + 1), before(b.size() + 1), row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    two_before = std::exchange(before, row);
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replace = before[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({before[j] + 1, row[j - 1] + 1, replace});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) row[j] = std::min(row[j], two_before[j - 2] + 1);
    }
  }
  return row.back();
}

/// Of what was meant, if somebody mistyped it or left off its end: at most one edit in three letters.
inline bool is_near(std::string_view given, std::string_view name) {
  constexpr std::size_t least_letters = 3;
  if (given.size() >= least_letters && name.starts_with(given)) return true;
  return edit_distance(given, name) <= std::max(std::size_t{1}, std::max(given.size(), name.size()) / 3);
}

/// The nearest of the names; empty if none is near.
template <class Names>
std::string nearest_name(std::string_view given, const Names& names) {
  std::string nearest;
  for (const std::string& name : names) {
    if (!is_near(given, name)) continue;
    if (nearest.empty() || edit_distance(given, name) < edit_distance(given, nearest)) nearest = name;
  }
  return nearest;
}

/// "--kick 'eventdf' is unknown; did you mean 'eventfd'? Known: none, eventfd, ..."
template <class Rows, class NameOf>
std::string unknown_name(std::string_view option, std::string_view given, const Rows& rows, NameOf name_of) {
  std::vector<std::string> names;
  std::string known;
  for (const auto& row : rows) {
    names.emplace_back(name_of(row));
    known += (known.empty() ? "" : ", ") + names.back();
  }
  const std::string nearest = nearest_name(given, names);
  return std::string(option) + " '" + std::string(given) + "' is unknown" +
         (nearest.empty() ? "" : "; did you mean '" + nearest + "'?") + (nearest.empty() ? ". Known: " : " Known: ") +
         known;
}

}  // namespace kickbench::bench::scenario
