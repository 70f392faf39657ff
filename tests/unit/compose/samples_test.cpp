// SPDX-License-Identifier: LGPL-2.1-or-later
// Files such as people have: what becomes of all that is in them.
#include "base/file.hpp"
#include "loaded.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace slipway::compose {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;
using namespace std::chrono_literals;

Result<Project> sample(const std::string& name, const Variables& variables, const LoadOptions& options = {})
{
    return try_load({{"/srv/My_Shop/compose.yaml", read_file(std::string{SLIPWAY_SAMPLES "/"} + name)},
                     {"/srv/My_Shop/app.env", "# secrets\nSECRET_KEY='a$b'\nDEBUG=maybe\n"}},
                    options, variables);
}

TEST(AShop, IsRead)
{
    const Project shop = sample("shop.yaml", {{"APP_VERSION", "1.4"}, {"DB_PASSWORD", "pw"}}).value();
    EXPECT_EQ(shop.name, "shop");
    EXPECT_THAT(shop.unheeded, IsEmpty());
    EXPECT_THAT(shop.warnings, IsEmpty());

    const Service& front = shop.services.at("front");
    ASSERT_EQ(front.ports.size(), 3U);
    EXPECT_EQ(front.ports[0], (Port{{80, 80}, PortRange{80, 80}}));
    EXPECT_EQ(front.ports[2].protocol, "udp");
    EXPECT_EQ(front.mounts[0].source, "/srv/My_Shop/nginx/conf.d");
    EXPECT_TRUE(front.mounts[0].is_read_only);
    EXPECT_EQ(front.mounts[2].size, 64U << 20U);
    EXPECT_EQ(front.mounts[2].mode, 0755U);
    EXPECT_THAT(front.networks.at("front").aliases, ElementsAre("www.shop.local"));
    EXPECT_TRUE(front.health_check->uses_shell);
    EXPECT_EQ(front.health_check->interval, 30s);

    const Service& app = shop.services.at("app");
    EXPECT_EQ(app.image, "registry.example.com/shop/app:1.4");
    EXPECT_EQ(app.build->context, "/srv/My_Shop/app");
    EXPECT_THAT(*app.command, ElementsAre("gunicorn", "shop.wsgi", "--bind", "0.0.0.0:8000",
                                          "--access-logformat", "%(h)s \"%(r)s\""));
    EXPECT_EQ(app.environment.at("DATABASE_URL"), "postgresql://shop:pw@db:5432/shop");
    EXPECT_EQ(app.environment.at("SECRET_KEY"), "a$b");
    EXPECT_EQ(app.environment.at("DEBUG"), "false"); // over that of app.env
    EXPECT_EQ(app.dependencies.at("db"), (Dependency{Dependency::Condition::healthy, true, true}));
    EXPECT_EQ(app.deploy.replicas, 2U);
    EXPECT_EQ(app.resources.cpus, 1.5);
    EXPECT_EQ(app.resources.memory, 512U << 20U);
    EXPECT_EQ(app.resources.reserved_memory, 128U << 20U);
    EXPECT_TRUE(app.deploy.update->starts_first);
    EXPECT_EQ(app.restart.when, RestartPolicy::When::unless_stopped);
    EXPECT_EQ(app.logging->options.at("tag"), "{{.Name}}");

    const Service& migrate = shop.services.at("migrate");
    EXPECT_FALSE(migrate.is_enabled);
    EXPECT_EQ(migrate.environment.at("DEBUG"), "true");
    EXPECT_EQ(migrate.environment.at("REDIS_URL"), "redis://cache:6379/0");
    EXPECT_EQ(migrate.restart.when, RestartPolicy::When::never);

    const Service& db = shop.services.at("db");
    EXPECT_THAT(db.health_check->test, ElementsAre("pg_isready -U $POSTGRES_USER -d $POSTGRES_DB"));
    EXPECT_EQ(db.secrets.at(0), (Grant{"db_password", "/run/secrets/db_password"}));
    EXPECT_EQ(db.stop_grace_period, 60s);
    EXPECT_EQ(shop.secrets.at("db_password").value, "pw");
    EXPECT_EQ(shop.services.at("cache").mounts.at(0).size, 64U << 20U);
    EXPECT_TRUE(shop.networks.at("back").is_internal);
    EXPECT_EQ(shop.volumes.at("static").name, "shop_static");
}

TEST(AShop, SaysWhatItNeeds)
{
    EXPECT_REFUSED(sample("shop.yaml", {}).value(),
                   "image: the variable APP_VERSION must be set and not empty: set APP_VERSION");
    const Project shop = sample("shop.yaml", {{"APP_VERSION", "1"}}).value();
    ASSERT_EQ(shop.warnings.size(), 1U);
    EXPECT_EQ(shop.warnings[0].reason, "the variable DB_PASSWORD is not set; it is taken as empty");
}

TEST(AWiki, IsRead)
{
    const Project project = sample("wiki.yaml", {{"HOME", "/home/me"}, {"TZ", "Europe/Berlin"}}).value();
    EXPECT_EQ(project.name, "my_shop");
    ASSERT_EQ(project.unheeded.size(), 1U);
    EXPECT_EQ(project.unheeded[0], (Note{"compose.yaml", 2, "version",
                                         "is not acted on: the specification has one version, the newest"}));
    const Service& wiki = project.services.at("wiki");
    EXPECT_EQ(wiki.environment.at("TZ"), "Europe/Berlin");
    EXPECT_EQ(wiki.labels.at("traefik.http.routers.wiki.rule"), "Host(`wiki.example.com`)");
    EXPECT_EQ(wiki.mounts[0].source, "/home/me/wiki/uploads");
    EXPECT_EQ(wiki.mounts[0].relabel, 'Z');
    EXPECT_FALSE(wiki.mounts[0].creates_source);
    EXPECT_TRUE(wiki.mounts[1].creates_source);
    EXPECT_EQ(wiki.configs.at(0), (Grant{"wiki.yml", "/wiki/config.yml", "1000", "", 0440}));
    EXPECT_EQ(wiki.secrets.at(0), (Grant{"password", "/run/secrets/password", "", "", 0400}));
    EXPECT_EQ(wiki.resources.memory_and_swap, 1 << 30);
    EXPECT_EQ(wiki.resources.ulimits.at("nofile"), (Ulimit{20000, 40000}));
    EXPECT_THAT(wiki.extra_hosts,
                ElementsAre("ldap.example.com=10.0.0.5", "host.docker.internal=host-gateway"));
    EXPECT_EQ(wiki.restart, (RestartPolicy{RestartPolicy::When::on_failure, 5}));
    EXPECT_EQ(wiki.stop_signal, "SIGINT");

    const Service& backup = project.services.at("backup");
    EXPECT_THAT(backup.command->at(0), ::testing::HasSubstr("> /backup/$(date +%F).sql.gz\ndone\n"));
    EXPECT_EQ(backup.network_mode, (Sharing{Sharing::With::service, "db"}));
    EXPECT_THAT(backup.networks, IsEmpty());
    EXPECT_THAT(backup.dependencies, UnorderedElementsAre(Pair("db", Dependency{})));
    EXPECT_EQ(backup.volumes_from.at(0), (VolumesFrom{"db", false, true}));

    EXPECT_EQ(project.networks.at("proxy").name, "traefik_proxy");
    EXPECT_TRUE(project.networks.at("proxy").is_external);
    EXPECT_EQ(project.networks.at("internal").subnets.at(0),
              (Subnet{"172.28.0.0/16", "172.28.5.0/24", "172.28.5.254", {}}));
    EXPECT_EQ(project.volumes.at("db-data").name, "wiki-db");
    EXPECT_EQ(project.configs.at("wiki.yml").content,
              "port: 3000\ndb: {host: db, user: wiki}\nurl: https://wiki.example.com\n");
    EXPECT_EQ(project.secrets.at("password").file, "/srv/My_Shop/secrets/password.txt");
}

TEST(AJobQueue, IsRead)
{
    const Project project = sample("queue.yaml", {{"QUEUES", "mail"}, {"TOKEN", "t"}}).value();
    const Service& worker = project.services.at("worker");
    EXPECT_EQ(worker.environment.at("QUEUES"), "jobs,mail");
    EXPECT_EQ(worker.build->context, "https://git.example.com/jobs/worker.git#main");
    EXPECT_EQ(worker.deploy.replicas, 3U);
    EXPECT_EQ(worker.stop_grace_period, 5min);
    EXPECT_EQ(worker.dependencies.at("schema").condition, Dependency::Condition::completed);
    EXPECT_FALSE(worker.dependencies.at("metrics").is_required);
    EXPECT_EQ(worker.resources.blocks.read_bytes.at(0), (DeviceLimit{"/dev/sda", 12U << 20U}));
    EXPECT_FALSE(worker.mounts[1].is_copied_up);
    EXPECT_EQ(worker.mounts[1].subpath, "jobs");

    const Service& gpu = project.services.at("gpu-worker");
    EXPECT_EQ(gpu.deploy.replicas, 1U);
    EXPECT_THAT(*gpu.command, ElementsAre("worker", "--queue", "gpu"));
    EXPECT_EQ(gpu.environment, worker.environment);
    EXPECT_EQ(gpu.devices.at(0), (Device{"/dev/kvm", "/dev/kvm", "rw"}));
    EXPECT_EQ(gpu.devices.at(1), (Device{"nvidia.com/gpu=all", "", "rwm"}));
    EXPECT_EQ(gpu.resources.devices.at(0), (DeviceRequest{"nvidia", 1, {}, {"gpu"}, {}}));

    const Service& api = project.services.at("api");
    EXPECT_EQ(api.ports.at(0), (Port{{8080, 8080}, PortRange{8080, 8090}, "127.0.0.1", "tcp", "http"}));
    EXPECT_EQ(api.pull_policy, (PullPolicy{PullPolicy::When::after, 24h}));
    EXPECT_EQ(api.post_start.at(0).user, "root");
    EXPECT_EQ(project.networks.at("default").name, "my_shop_default");
    EXPECT_EQ(project.volumes.at("scratch").driver_options.at("device"), "/srv/My_Shop/scratch");
    EXPECT_EQ(project.volumes.at("results").name, "results");

    std::vector<std::string> unheeded;
    for (const Note& note : project.unheeded)
        unheeded.push_back(note.path + ":" + std::to_string(note.line));
    EXPECT_THAT(unheeded, UnorderedElementsAre("services.worker.develop:54", "services.gpu-worker.develop:54",
                                               "services.gpu-worker.deploy.placement:64"));
}

} // namespace
} // namespace slipway::compose
