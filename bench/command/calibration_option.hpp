// --calibration: what `calibrate --out` wrote, in place of costs that are not given or not measured again.
#pragma once

#include <CLI/CLI.hpp>
#include <map>
#include <stdexcept>
#include <string>

#include "bench/command/model_options.hpp"
#include "bench/output/calibration_file.hpp"
#include "model/distribution.hpp"
#include "model/wake.hpp"

namespace kickbench::bench::command {

/// A calibration of another host or build. Exit code 4.
class OtherHost : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// --calibration and --force.
struct CalibrationOption {
  std::string path;  ///< empty: none is given
  bool force = false;

  void add_to(CLI::App& app, const std::string& description);

  /// Throws UsageError for what is no calibration, OtherHost unless --force is given.
  output::Calibration read() const;

  /// Throws UsageError, which names `option`, unless such notifications of it woke somebody.
  void require_notifier(const output::Calibration& calibration, const std::string& option, const std::string& notifier,
                        calibration::Notification notification) const;

  /// Its costs stand, but those of the placement or of the idle CPUs that are measured may be others: told on standard
  /// error.
  void warn_of_differences(const output::Calibration& calibration, const host::Placement& here,
                           host::IdleMode idle) const;
};

/// What a calibration has in place of N and S that are not given. Each distribution by the text that stands for it.
struct CalibratedCosts {
  std::map<std::string, model::Distribution> distributions;
  model::WakeTable to_consumer;  ///< N_P with S_C; empty where one of them is given or varied
  model::WakeTable to_producer;  ///< N_C with S_P
};

/// The same with --notify and --idle-time, which choose the costs that become the model's.
class ModelCalibration {
 public:
  void add_to(CLI::App& app);

  /// Puts medians where `model` has no N or S, and says so on standard error. Throws as CalibrationOption::read() does,
  /// and UsageError for costs that are not there or not of use.
  void fill_medians(ModelOptions& model) const;

  /// The same with the whole distributions: texts that stand for them.
  CalibratedCosts fill_distributions(ModelOptions& model) const;

 private:
  CalibrationOption file_;
  std::string notify_ = "eventfd";
  std::string idle_time_;
};

}  // namespace kickbench::bench::command
