// SPDX-License-Identifier: LGPL-2.1-or-later
// Networks: made, removed, described; and containers connected to them.
//
// Which networks there are and who has which address is in the state database. What the kernel has (bridges,
// namespaces, links, elements of nftables) is made from that on one thread of its own, so that it happens in
// the order of asking, and is put right by reconcile() whenever somebody else may have changed it.
#pragma once

#include "async/task_scope.hpp"
#include "async/worker.hpp"
#include "engine/container/container.hpp"
#include "engine/container/name_files.hpp"
#include "engine/network/names.hpp"
#include "engine/network/relay.hpp"
#include "engine/network/rules.hpp"
#include "engine/network/settings.hpp"
#include "engine/network/spare.hpp"
#include "engine/network/wiring.hpp"
#include "engine/observer.hpp"
#include "engine/own_ids.hpp"
#include "netlink/watch.hpp"
#include "placement/firewall.hpp"
#include "placement/placement.hpp"
#include "store/store.hpp"

#include <filesystem>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace slipway::engine {

// What a start needs of a container's network; empty descriptors are left to the launcher.
struct Attachment {
    Fd user;
    Fd network;
    std::vector<Fd> held; // for the monitor (port_hold.hpp)
    std::optional<RelayOrder> relay;
    std::optional<NameGround> names; // the relay's
};

// What a network's name server answers with, in a zone file's words (record_text.hpp).
struct AnsweredRecord {
    store::RecordRow record;
    std::string reason; // "container web: alias", "static", …
};

class Networks {
  public:
    // All that it works with outlives it. RULES: where the rules of nftables are. NAMES: /run/slipway/names.
    Networks(async::EventLoop& loop, async::TaskScope& tasks, async::TaskScope& watches, store::Store& store,
             Observer& observer, const Catalog& catalog, const OwnIds& own_ids, placement::Placement& scopes,
             const bus::Connection& system, std::filesystem::path rules, std::filesystem::path names);

    // At the engine's start, once the catalog is full: the default network is there, and the kernel agrees.
    void recover();

    // Its name. Throws Failure{invalid_name, name_taken, invalid_argument, no_address, not_supported}.
    async::Task<std::string> create(std::string name, NetworkSpec spec);
    // Throws Failure{no_such_network, network_in_use, invalid_argument (the default one)}.
    async::Task<> remove(std::string name);
    // Whether create() makes any: a user's engine does not.
    bool makes_any() const { return !own_ids_->is_users(); }
    // Whether no container is connected to it, running or not.
    bool is_prunable(const std::string& name) const;

    // Until it is removed. Throws Failure{no_such_network}.
    const NetworkSettings& settings_of(const std::string& name) const;
    // Names of the containers connected to it, running or not.
    std::vector<std::string> users(const std::string& name) const;
    // With the keys of docker's `network inspect`, as JSON; what the kernel has of it is asked for.
    async::Task<std::string> describe(std::string name);
    // What CONTAINER has, by network; of one that was never connected nothing.
    std::optional<Addresses> addresses_of(const Container& container, const Connection& connection) const;

    // A wish held against what there is: names of networks and containers. Throws Failure{no_such_network,
    // no_such_container, not_supported}.
    void check(NetworkPlan& plan) const;
    // The addresses of a container that is made just now, in the transaction that makes it. Throws
    // Failure{no_address, invalid_argument}.
    void claim(const std::string& container, const NetworkPlan& plan);

    // Of a user's engine: who carries its containers' packets, as it is now; nothing of the machine's.
    std::optional<RelayChoice> find_relay_choice() const;

    // What was made ahead for a container like this, of which nothing is its own wish; nothing where there is
    // none. The container has to have its ID and its IDs of users.
    std::shared_ptr<Spare> take_spare(const NetworkPlan& plan);
    // Whether the next one like this should find one.
    bool wants_spare(const NetworkPlan& plan) const;
    async::Task<> make_spare(std::string network, std::uint32_t first_host_id);
    // First IDs that are promised.
    std::set<std::uint32_t> spare_ids() const;

    // Its addresses, and who answers it for names.
    NameGround name_ground(const Container& container) const;

    // For a start. Throws Failure{port_taken, start_failed, …}; then release() undoes what was done.
    async::Task<Attachment> attach(ContainerRef container);
    // Once its networks' servers of names listen; with a line in the journal where they cannot.
    async::Task<> serve_names_of(ContainerRef container);
    // Others find it from now on, and no longer.
    void tell_names(const Container& container);
    void hush(const Container& container);
    // The host's ends of its interfaces, by their indexes.
    async::Task<std::vector<int>> ports_of(ContainerRef container);
    const bus::Connection& system() const noexcept { return *system_; }
    // What attach() has told nftables is taken back, in the background.
    void release(const ContainerRef& container);

    // One more network, or one less, for a container that runs or is at rest. Throw Failure{no_such_network,
    // invalid_argument, not_supported, no_address}.
    async::Task<> connect(ContainerRef container, Connection connection);
    async::Task<> disconnect(ContainerRef container, std::string network);

    // What the network's server answers with, and why. Throws Failure{no_such_network}.
    std::vector<AnsweredRecord> answers(const std::string& network) const;
    // A record made by hand, with texts as record_text.hpp has them; it is kept till it is removed or the
    // network is. Throw Failure{no_such_network, not_supported, invalid_argument, name_taken}.
    async::Task<> add_record(std::string network, std::string name, std::string type, std::string data);
    // All of the name where TYPE is empty, all of the type where DATA is. Throws
    // Failure{no_such_network, invalid_argument, no_such_record}.
    async::Task<> remove_records(std::string network, std::string name, std::string type, std::string data);

    // Where the names of all networks are kept as hosts(5) has them (hosts_file.hpp); empty: nowhere.
    std::string hosts_file() const;
    // The block that is kept there.
    std::string hosts_text() const;
    // An empty one takes the block back. Throws Failure{not_supported, invalid_argument,
    // invalid_configuration, io_error}.
    async::Task<> set_hosts_file(std::string file);

  private:
    void make_default();
    void forget(const std::string& name);
    std::vector<names::Record> static_records(const std::string& network) const;
    async::Task<> tell_static(std::string network);
    void names_changed();
    async::Task<> tell_hosts();
    std::optional<NamedMember> member_of(const Container& container, const Connection& connection) const;
    std::vector<NamedMember> members_of(const std::string& network) const;
    async::Task<> serve_names(std::string network);
    void take_up_logs();
    async::Task<> stop_serving(std::string network);
    async::Task<> tell_firewall(std::string interface);
    void tell_firewall_of_all();
    Surveyed with_own(Surveyed surveyed) const;
    RuleSet rules_of(const Container& container) const;
    RuleSet rules_of(const Spare& spare) const;
    std::set<IpAddress> promised_addresses(const std::string& network) const;
    // All of the network, or those that have one of these.
    void drop_spares(const std::string& network, const std::set<IpAddress>& addresses = {});
    async::Task<> name_port(std::string port, std::string alias);
    // Of all networks that are up and all containers that run.
    RuleSet all_rules() const;
    std::vector<WireOrder> wires_of(const Container& container) const;
    // By the name of the network; of those that containers run on.
    std::map<std::string, BridgePorts> all_ports() const;
    std::set<std::string> bridged_networks() const;
    async::Task<> reconcile();
    enum class Tidying { all, what_is_there };
    async::Task<> tidy(Tidying tidying);
    // The same, with a line in the journal where it fails.
    async::Task<> heal();
    async::Task<> watch_rules();
    async::Task<> watch_links();
    bool is_undone(const netlink::LinkEvent& event) const;
    async::Task<> add_rules(RuleSet added);
    // What comes to ports that are published now goes where the rules say (stale_flows.hpp). In the
    // background.
    void settle_flows(std::vector<RulePublished> published);
    async::Task<> do_settle_flows(std::vector<RulePublished> published);
    // What has been released until now goes in one transaction.
    async::Task<> do_release();
    async::Task<> free_limiter(std::string port);
    async::Task<Attachment> attach_own(ContainerRef container);
    void claim_what_is_missing(const Container& container);
    void check_for_user(NetworkPlan& plan) const;
    async::Task<Attachment> attach_by_relay(ContainerRef container);
    Attachment attach_to(const Container& container) const;
    std::vector<Fd> hold(const ContainerRef& container);
    void save_plan(const ContainerRef& container);
    async::Task<> work(std::function<void()> work);

    async::EventLoop* loop_;
    async::TaskScope* tasks_;
    async::TaskScope* watches_;
    store::Store* store_;
    Observer* observer_;
    const Catalog* catalog_;
    const OwnIds* own_ids_;
    placement::Placement* scopes_;
    const bus::Connection* system_;
    std::shared_ptr<Rules> rules_;
    Names names_;
    mutable std::map<std::string, NetworkSettings> settings_; // of networks that were asked for
    std::optional<placement::FirewallWatch> firewall_;
    std::set<std::string> served_; // networks whose names are answered for
    std::vector<std::shared_ptr<Spare>> spares_;
    std::set<std::uint32_t> promised_ids_; // of those in the making
    std::size_t spares_in_making_ = 0;
    RuleSet released_;      // their rules are there still
    unsigned releases_ = 0; // on their way
    async::Workers worker_;
    async::Workers hosts_writer_;        // its own, since it syncs
    std::optional<bool> has_hosts_file_; // known from the first change on
    bool are_hosts_stale_ = false;
    bool are_hosts_being_told_ = false;
};

} // namespace slipway::engine
