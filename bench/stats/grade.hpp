// How sure a figure is: what disturbed it, in numbers, and a grade from them. Pure functions over raw facts.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bench/measure/slice.hpp"
#include "bench/stats/quantile.hpp"
#include "bench/stats/tally.hpp"
#include "model/regime.hpp"

namespace kickbench::bench::stats {

/// The side whose own time is the time per item: what takes its CPU away makes the item late. In SS each side waits for
/// the other in turn, and either one's absence does.
enum class Bottleneck { producer, consumer, both };
std::string_view name_of(Bottleneck bottleneck);

/// The side that waited less: the other one had time to spare. None where the time of waiting is not taken (W = 0), for
/// gaps are not found there either.
std::optional<Bottleneck> bottleneck_of(const Figures& figures, std::optional<model::Regime> observed);

/// g: the share of the time that the bottleneck's CPU was away.
double away_share(const Figures& figures, Bottleneck bottleneck);

/// Half of the interval's width, in percent of the figure.
double half_width_pct(const MedianInterval& interval, Nanoseconds figure);

/// Slices of one class, and their median.
struct PlaceFigures {
  std::optional<measure::LineClass> line_class;  ///< none: they moved while they ran
  std::uint64_t slices = 0;
  Nanoseconds ns_per_item{};
};

/// By how much the median of another class differs from that of `main`, in percent; the largest of them. None where no
/// other class has `slices_min` slices. Moved ones are no class.
std::optional<double> place_pct(const std::vector<PlaceFigures>& places, std::optional<measure::LineClass> main);

/// Fewer slices in the class, and nothing is said of them.
inline constexpr std::uint64_t slices_min = 3;

enum class Grade { quiet, usable, spoiled };
std::string_view name_of(Grade grade);

/// The largest interference and spread of a grade. They were chosen on one machine.
struct GradeBounds {
  double interference_pct;
  double spread_pct;
};
inline constexpr GradeBounds quiet_bounds{.interference_pct = 2.5, .spread_pct = 2.5};
inline constexpr GradeBounds usable_bounds{.interference_pct = 5, .spread_pct = 7.5};

/// The largest difference of both sides' time per item: they pass the same items.
inline constexpr double sides_differ_max_pct = 1;

/// What a grade is made of.
struct GradeFacts {
  std::optional<double> interference_pct;              ///< none where gaps are not timed
  std::optional<double> spread_pct;                    ///< none of one repetition
  std::optional<double> sides_differ_pct;              ///< none where the sides do not meet
  std::optional<measure::LineClass> line_class;        ///< none: the threads moved during every slice
  std::uint64_t slices = 0;                            ///< of that class
  std::map<std::string, std::uint32_t> void_slices{};  ///< run again, by the reason
  std::uint64_t records_dropped = 0;                   ///< the logs of N and S were full
  std::vector<std::optional<model::Regime>> regimes;   ///< as each repetition was observed
  bool warm_up_capped = false;                         ///< it was not as long as the queue takes to settle
  bool complete = true;                                ///< at least one repetition is
};

struct Graded {
  Grade grade = Grade::quiet;
  std::vector<std::string> reasons;  ///< why it is not better; empty where it is quiet
};
Graded grade_of(const GradeFacts& facts);

/// How sure a time per item is.
struct Noise {
  std::optional<Bottleneck> bottleneck;
  std::optional<double> interference_pct;  ///< by how much its absences made the time longer: g / (1 - g)
  std::optional<Nanoseconds> undisturbed;  ///< T (1 - g): a correction, not a measurement
  std::optional<double> spread_pct;        ///< half width of the interval over the repetitions
  std::optional<Nanoseconds> slices_p10;   ///< of the slices of the class
  std::optional<Nanoseconds> slices_p90;
  std::vector<PlaceFigures> places;  ///< every class that was met
  std::optional<double> place_pct;
  Graded graded;

  /// The classes differ by more than the repetitions do.
  bool places_differ() const { return place_pct && spread_pct && *place_pct > *spread_pct; }
};

}  // namespace kickbench::bench::stats
