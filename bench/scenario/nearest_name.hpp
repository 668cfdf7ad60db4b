// An unknown name is answered with the names there are, the nearest first.
#pragma once

#include <algorithm>
#include <numeric>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kickbench::bench::scenario {

/// Edits (insert, delete, replace) that turn one name into the other.
inline std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replace = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = std::exchange(row[j], std::min({row[j] + 1, row[j - 1] + 1, replace}));
    }
  }
  return row.back();
}

/// "--kick eventdf: unknown; did you mean 'eventfd'? (known: none, eventfd, ...)"
template <class Rows, class NameOf>
std::string unknown_name(std::string_view option, std::string_view given, const Rows& rows, NameOf name_of) {
  std::string_view nearest;
  std::string known;
  for (const auto& row : rows) {
    const std::string_view name = name_of(row);
    if (nearest.empty() || edit_distance(given, name) < edit_distance(given, nearest)) nearest = name;
    known += (known.empty() ? "" : ", ") + std::string(name);
  }
  return std::string(option) + " '" + std::string(given) + "' is unknown; did you mean '" + std::string(nearest) +
         "'? Known: " + known;
}

}  // namespace kickbench::bench::scenario
