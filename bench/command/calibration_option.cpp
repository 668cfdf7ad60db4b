#include "bench/command/calibration_option.hpp"

#include <spdlog/spdlog.h>

#include <set>

#include "bench/command/options.hpp"
#include "bench/host/environment.hpp"
#include "bench/output/strict_json.hpp"
#include "bench/scenario/nearest_name.hpp"
#include "bench/text/format.hpp"

namespace kickbench::bench::command {
namespace {

/// One of the model's costs that is to be taken from a calibration.
struct Wanted {
  std::string name;  ///< of its option, without the dashes
  std::string* text;
  calibration::Notification notification;
  bool is_startup;
};

/// N of who notifies, S of who is woken by it; none that is given, or varied.
std::vector<Wanted> wanted_by(ModelOptions& model) {
  std::vector<Wanted> all{{"np", &model.producer.notify, calibration::Notification::to_consumer, false},
                          {"sc", &model.consumer.startup, calibration::Notification::to_consumer, true},
                          {"nc", &model.consumer.notify, calibration::Notification::to_producer, false},
                          {"sp", &model.producer.startup, calibration::Notification::to_producer, true}};
  const std::vector<Axis> axes = parse_axes(model.vary);
  std::erase_if(all, [&](const Wanted& cost) {
    return !cost.text->empty() || std::ranges::find(axes, cost.name, &Axis::name) != axes.end();
  });
  return all;
}

/// Replaces each text that is wanted by that which `text_of` makes of its row.
template <class TextOf>
void fill(ModelOptions& model, const CalibrationOption& file, const std::string& notifier, const std::string& idle_time,
          const char* what, TextOf text_of) {
  if (file.path.empty()) return;
  if (model.sync != scenario::name_of(model::Sync::notification)) {
    throw scenario::UsageError("--calibration " + file.path + ": has N and S, and --sync " + model.sync +
                               " uses neither");
  }
  const Nanoseconds idle = parse_duration("--idle-time", idle_time);
  if (idle <= Nanoseconds(0)) throw scenario::UsageError("--idle-time " + idle_time + ": must be above 0");
  const output::Calibration calibration = file.read();
  const std::vector<Wanted> wanted = wanted_by(model);
  if (wanted.empty()) spdlog::warn("--calibration {}: nothing is taken, for every N and S is given", file.path);
  for (const Wanted& cost : wanted) {
    file.require_notifier(calibration, "--notify", notifier, cost.notification);
    const calibration::WakeCost& row = calibration.costs.nearest(notifier, cost.notification, idle);
    *cost.text = text_of(cost, row);
    const stats::Spread& spread = cost.is_startup ? *row.startup : row.notify;
    const std::string taken = "--" + cost.name + " is the " + what + " of " + std::to_string(spread.count) + " in " +
                              file.path + ": " + output::describe(row);
    spdlog::info("{} (median {} ns)", taken, text::ns(spread.median));
    model.taken.push_back(taken);
  }
}

}  // namespace

CLI::Option* CalibrationOption::add_to(CLI::App& app, const std::string& description) {
  CLI::Option* const file = app.add_option("--calibration", path, description)->type_name("FILE");
  app.add_flag("--force", force, "take the calibration of another host or build, too")->needs(file);
  return file;
}

output::Calibration CalibrationOption::read() const {
  const std::string where = "--calibration " + path;
  output::Calibration calibration = output::calibration_from(output::parse_file(where, path), where);
  const std::string here = host::fingerprint(host::Environment::probe());
  if (calibration.fingerprint == here) return calibration;
  const std::string other = where + " is of another host or build: its fingerprint is " + calibration.fingerprint +
                            ", and here it is " + here;
  if (!force) throw OtherHost(other + "; calibrate here with --out, or give --force to take it all the same");
  spdlog::warn("{}; taken all the same (--force)", other);
  return calibration;
}

void CalibrationOption::require_notifier(const output::Calibration& calibration, const std::string& option,
                                         const std::string& notifier, calibration::Notification notification) const {
  const std::set<std::string> known = calibration.costs.notifiers(notification);
  const std::string what(name_of(notification));
  if (known.empty()) {
    throw scenario::UsageError("--calibration " + path + ": has no " + what + " that woke anybody: calibrate again");
  }
  if (known.contains(notifier)) return;
  const auto name_of_known = [](const std::string& name) { return std::string_view(name); };
  throw scenario::UsageError(scenario::unknown_name(option, notifier, known, name_of_known) + " (in " + path + ")");
}

void CalibrationOption::warn_of_differences(const output::Calibration& calibration, const host::Placement& here,
                                            host::IdleMode idle) const {
  const auto differs = [&](const std::string& what, std::string_view there, std::string_view now) {
    if (there != now) spdlog::warn("{}: its {} is {}, and here it is {}", path, what, there, now);
  };
  const auto cpus = [](const host::Placement& placement) {
    return std::to_string(placement.producer_cpu) + "," + std::to_string(placement.consumer_cpu);
  };
  differs("placement", cpus(calibration.placement), cpus(here));
  differs("--idle", calibration.idle, name_of(idle));
}

void ModelCalibration::add_to(CLI::App& app) {
  CLI::Option* const file = file_.add_to(app, "take N and S that are not given from what 'calibrate --out' wrote");
  app.add_option("--notify", notify_, "notifier whose N and S are taken from the calibration")
      ->type_name("NAME")
      ->default_str(notify_)
      ->needs(file);
  app.add_option("--idle-time", idle_time_, "how long the notified side has waited; the nearest measured time is taken")
      ->type_name("TIME")
      ->default_str(idle_time_)
      ->needs(file);
}

void ModelCalibration::fill_medians(ModelOptions& model) const {
  fill(model, file_, notify_, idle_time_, "median", [](const Wanted& cost, const calibration::WakeCost& row) {
    return text::fixed((cost.is_startup ? *row.startup : row.notify).median.count(), 1) + "ns";
  });
}

std::map<std::string, model::Distribution> ModelCalibration::fill_distributions(ModelOptions& model) const {
  std::map<std::string, model::Distribution> distributions;
  fill(model, file_, notify_, idle_time_, "distribution", [&](const Wanted& cost, const calibration::WakeCost& row) {
    const std::string text = "file:" + file_.path + "#" + output::distribution_name(row, cost.is_startup ? "S" : "N");
    distributions[text] = cost.is_startup ? *row.startup_histogram : row.notify_histogram;
    return text;
  });
  return distributions;
}

}  // namespace kickbench::bench::command
