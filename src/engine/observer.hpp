// SPDX-License-Identifier: LGPL-2.1-or-later
// Observer: hears what changes in the engine; the D-Bus skin announces it.
#pragma once

#include <string>

namespace slipway::engine {

class Observer {
  public:
    Observer() = default;
    Observer(const Observer&) = delete;
    Observer& operator=(const Observer&) = delete;
    Observer(Observer&&) = delete;
    Observer& operator=(Observer&&) = delete;
    virtual ~Observer() = default;

    virtual void container_added(const std::string& name) = 0;
    virtual void container_changed(const std::string& name) = 0;
    virtual void container_removed(const std::string& name) = 0;
    virtual void image_added(const std::string& id) = 0;
    virtual void image_changed(const std::string& id) = 0;
    virtual void image_removed(const std::string& id) = 0;
    virtual void volume_added(const std::string& name) = 0;
    virtual void volume_removed(const std::string& name) = 0;
    virtual void network_added(const std::string& name) = 0;
    virtual void network_removed(const std::string& name) = 0;
    virtual void group_added(const std::string& name) = 0;
    virtual void group_changed(const std::string& name) = 0;
    virtual void group_removed(const std::string& name) = 0;
    virtual void wire_added(const std::string& id) = 0;
    virtual void wire_removed(const std::string& id) = 0;
    virtual void job_added(unsigned number) = 0;
    virtual void job_changed(unsigned number) = 0;
    virtual void job_finished(unsigned number) = 0;
    virtual void job_removed(unsigned number) = 0;
};

} // namespace slipway::engine
