// The model's parameters on the command line, the same in predict and simulate, and the grids over them.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "model/parameters.hpp"

namespace kickbench::bench::command {

/// The text of one side's options; empty where an option is not given.
struct PartyText {
  std::string work;
  std::string notify{}, startup{}, sleep{};
  std::string notify_threshold = "1";
};

/// One axis of a grid, as --vary NAME=FROM:TO:COUNT spells it: evenly spaced values, both ends included. Times between
/// the ends are rounded to a picosecond (a femtosecond where steps are shorter than 1 ns), so that the model can be
/// executed in whole units and its state repeats soon.
struct Axis {
  std::string name;            ///< of the option, without its dashes: "wp", "queue-size"
  bool is_time;                ///< the values are ns; whole numbers otherwise
  std::vector<double> values;  ///< at least one
};

/// The axis that a text like wp=100ns:4us:40 or kp=1:64:8 names. Throws UsageError.
Axis parse_axis(const std::string& text);

/// At most two axes over different parameters. Throws UsageError.
std::vector<Axis> parse_axes(const std::vector<std::string>& texts);

/// What an axis is called in JSON and CSV: "wp_ns", "kp_count", "queue_size".
std::string column_of(const Axis& axis);

/// The text of the options, until all are known and can be checked together.
struct ModelOptions {
  PartyText producer{.work = "2us"};
  PartyText consumer{.work = "1us"};
  std::string queue_size = "256";
  std::string sync = "notification";
  std::vector<std::string> vary;
  std::vector<std::string> taken;  ///< what was taken from where for options that were not given

  /// `cost_type` is what the help calls a value of W, N and S.
  void add_to(CLI::App& app, const std::string& cost_type = "TIME");
  void add_vary_to(CLI::App& app);

  /// The same options with the one that `axis` names replaced by a value of it.
  ModelOptions with(const Axis& axis, double value) const;
};

/// What the model is asked, and what it was told for want of an option.
struct Question {
  model::Sync sync;
  model::Parameters parameters;
  std::vector<std::string> assumptions;
};

/// Throws UsageError. Does not look at the model's domain.
Question resolve(const ModelOptions& options);

}  // namespace kickbench::bench::command
