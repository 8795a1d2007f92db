#include "web/report.h"

#include <nlohmann/json.hpp>

#include "core/report/captions.h"
#include "core/report/story_json.h"
#include "core/viewer/panels/occlusion_panel.h"
#include "core/viewer/panels/teach_panel.h"

namespace zf::web {

namespace {

using Json = nlohmann::ordered_json;

std::string dump(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

Json top_of(const viewer::PhotoView& photo) {
  Json top = Json::array();
  for (const ClassStory& best : photo.top) top.push_back({{"class", best.name}, {"words", readable(best.name)}, {"p", best.p}});
  return top;
}

Json occlusion_of(const viewer::OcclusionView& view) {
  return {{"size", view.maps.size},
          {"stride", view.maps.stride},
          {"label", view.label},
          {"part", view.part},
          {"probability", view.maps.probability(view.label)}};
}

Json teaching_of(const viewer::Teaching& teaching) {
  Json json{{"unread", teaching.unread()}, {"classes", Json::array()}, {"epochs", 0}, {"done", false}};
  for (const viewer::TaughtClass& taught : teaching.classes()) {
    json["classes"].push_back({{"name", taught.name}, {"photos", taught.photos.size()}, {"unreadable", taught.unreadable.size()}});
  }
  const auto& view = teaching.view();
  if (!view || view->log.empty()) return json;
  json["epochs"] = view->log.size();
  json["done"] = view->done;
  json["held_out"] = view->held_out;
  json["error"] = view->log.back().val_top1_error;
  json["seconds"] = view->log.back().seconds;
  return json;
}

}  // namespace

std::string report_json(const viewer::App& app) {
  const viewer::Session& session = app.session();
  Json json{{"settled", app.settled()},
            {"tab", app.state().settings.get(viewer::App::kTab)},
            {"dark", app.state().settings.get(viewer::App::kDark)}};
  if (const auto& model = session.model()) {
    json["model"] = model->network.name;
    json["backend"] = model->backend;
  }
  if (const auto& photo = session.photo()) {
    json["photo"] = photo->name;
    json["photos"] = session.photo_number();
    json["seconds"] = photo->seconds;
    json["top"] = top_of(*photo);
    json.update(knowledge_json(photo->knowledge));
  }
  if (const auto& layer = session.layer()) json["layer"] = layer->story.name;
  if (const auto& unit = session.unit()) {
    json["unit"] = {{"map", unit->seed.map}, {"y", unit->seed.y}, {"x", unit->seed.x}, {"value", unit->seed.value}};
  }
  const auto* occlusion = dynamic_cast<const viewer::OcclusionPanel*>(app.find_panel("occlusion"));
  if (json["tab"] == "occlusion" && occlusion != nullptr && occlusion->view()) json["occlusion"] = occlusion_of(*occlusion->view());
  const auto* teach = dynamic_cast<const viewer::TeachPanel*>(app.find_panel("teach"));
  if (json["tab"] == "teach" && teach != nullptr) json["teach"] = teaching_of(teach->teaching());
  Json& notices = json["notices"] = Json::array();
  for (const viewer::Notice& notice : app.notices().shown()) {
    notices.push_back({{"text", notice.text}, {"advice", notice.advice}, {"error", notice.error}});
  }
  return dump(json);
}

std::string landmarks_json(const viewer::Landmarks& landmarks) {
  Json json = Json::array();
  for (const auto& [name, box, visible] : landmarks.all()) {
    if (visible) json.push_back({{"name", name}, {"x", box.x}, {"y", box.y}, {"w", box.w}, {"h", box.h}});
  }
  return dump(json);
}

}  // namespace zf::web
