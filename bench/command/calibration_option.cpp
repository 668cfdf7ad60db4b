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

/// What is taken where no --idle-time is given and one is needed: a side that was halted, and not for long.
constexpr const char* usual_idle_time = "20us";

/// "c.json: eventfd, to_consumer, line mid, peer idle for 20 us"
std::string describe(const CalibrationOption& file, const calibration::WakeCost& cost, const std::string& idle) {
  return file.path + ": " + cost.notifier + ", " + std::string(calibration::name_of(cost.notification)) + ", line " +
         std::string(measure::name_of(cost.line_class)) + ", peer idle for " + idle;
}

std::vector<Nanoseconds> samples_of(const model::IdleRung& rung, bool is_startup) {
  std::vector<Nanoseconds> samples;
  for (const model::Wake& wake : rung.wakes) samples.push_back(is_startup ? wake.startup : wake.notify);
  return samples;
}

/// The calibration that the options name, for `model`; none where no file is given.
std::optional<output::Calibration> calibration_for(const ModelOptions& model, const CalibrationOption& file) {
  if (file.path.empty()) return std::nullopt;
  if (model.sync != scenario::name_of(model::Sync::notification)) {
    throw scenario::UsageError("--calibration " + file.path + ": has N and S, and --sync " + model.sync +
                               " uses neither");
  }
  return file.read();
}

Nanoseconds parse_idle_time(const std::string& text) {
  const Nanoseconds idle = parse_duration("--idle-time", text.empty() ? usual_idle_time : text);
  if (idle <= Nanoseconds(0)) throw scenario::UsageError("--idle-time " + text + ": must be above 0");
  return idle;
}

void tell(ModelOptions& model, const std::string& taken) {
  spdlog::info("{}", taken);
  model.taken.push_back(taken);
}

}  // namespace

void CalibrationOption::add_to(CLI::App& app, const std::string& description) {
  app.add_option("--calibration", path, description)->type_name("FILE");
  app.add_flag("--force", force, "take the calibration of another host or build, too");
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
  const std::set<std::string> known = calibration.costs.wakes.notifiers(notification);
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
  file_.add_to(app, "take N and S that are not given from what 'calibrate --out' wrote");
  app.add_option("--notify", notify_, "notifier whose N and S are taken from the calibration")
      ->type_name("NAME")
      ->default_str(notify_);
  app.add_option("--idle-time", idle_time_,
                 std::string("how long the notified side has waited; the nearest measured time is taken (default: "
                             "simulate draws N and S for the time that it has waited; else ") +
                     usual_idle_time + ")")
      ->type_name("TIME");
}

void ModelCalibration::fill_medians(ModelOptions& model) const {
  const auto calibration = calibration_for(model, file_);
  if (!calibration) return;
  const Nanoseconds idle = parse_idle_time(idle_time_);
  const std::vector<Wanted> wanted = wanted_by(model);
  if (wanted.empty()) spdlog::warn("--calibration {}: nothing is taken, for every N and S is given", file_.path);
  for (const Wanted& cost : wanted) {
    file_.require_notifier(*calibration, "--notify", notify_, cost.notification);
    const calibration::WakeCost& costs = calibration->costs.wakes.most_met(notify_, cost.notification);
    const model::IdleRung& rung = calibration::nearest(costs.table, idle);
    const auto spread = stats::spread_of(samples_of(rung, cost.is_startup));
    *cost.text = text::fixed(spread->median.count(), 1) + "ns";
    tell(model, "--" + cost.name + " is the median, " + text::ns(spread->median) + " ns, of " +
                    std::to_string(spread->count) + " in " + describe(file_, costs, text::exact_with_unit(rung.idle)));
  }
}

CalibratedCosts ModelCalibration::fill_distributions(ModelOptions& model) const {
  CalibratedCosts taken;
  const auto calibration = calibration_for(model, file_);
  if (!calibration) return taken;
  const Nanoseconds idle = parse_idle_time(idle_time_);
  const std::vector<Wanted> wanted = wanted_by(model);
  if (wanted.empty()) spdlog::warn("--calibration {}: nothing is taken, for every N and S is given", file_.path);
  for (const Wanted& cost : wanted) {
    file_.require_notifier(*calibration, "--notify", notify_, cost.notification);
    const calibration::WakeCost& costs = calibration->costs.wakes.most_met(notify_, cost.notification);
    const model::IdleRung& rung = calibration::nearest(costs.table, idle);
    // For the closed form, and for a cost whose counterpart is given.
    const bool alone = std::ranges::count(wanted, cost.notification, &Wanted::notification) == 1;
    const bool one_rung = alone || !idle_time_.empty();
    const std::string what =
        describe(file_, costs, one_rung ? text::exact_with_unit(rung.idle) : "as long as it is in the simulation");
    *cost.text = what + (cost.is_startup ? ": S" : ": N");
    taken.distributions[*cost.text] = model::histogram_of(samples_of(rung, cost.is_startup));
    tell(model, "--" + cost.name + " is drawn" + (alone ? "" : ", N and S together,") + " from " + what);
    if (alone) continue;
    (cost.notification == calibration::Notification::to_consumer ? taken.to_consumer : taken.to_producer) =
        one_rung ? model::WakeTable{rung} : costs.table;
  }
  return taken;
}

}  // namespace kickbench::bench::command
