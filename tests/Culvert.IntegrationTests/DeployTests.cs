using System.Diagnostics;
using System.Net;
using Culvert.IntegrationTests.Processes;
using Culvert.IntegrationTests.Servers;
using Culvert.IntegrationTests.Wire;

namespace Culvert.IntegrationTests;

/// <summary>The files under deploy/ work as they are.</summary>
public sealed class DeployTests
{
    public static TheoryData<string> NginxFiles => ["culvert.conf", "culvert-nodes.conf", "compose.conf"];

    [Theory]
    [MemberData(nameof(NginxFiles))]
    public async Task Pages_sockets_and_streams_pass_the_proxy(string file)
    {
        await using var server = await CulvertProcess.StartAsync();
        await using var nginx = await NginxProcess.StartDeployedAsync(file, server.Address);
        using var through = new Api(nginx.Address, server.Token);
        await using var stream = await through.FollowAsync("/v1/rooms/lobby/events?since=now", Api.Ndjson);
        await stream.FirstAsync(l => EventLine.Is(l, "ready"));
        using var socket = await RawWebSocket.UpgradeAsync(nginx.Address, "/v1/ws", server.Token);
        await socket.FirstLineAsync(l => EventLine.Is(l, "hello"));

        await socket.SendTextAsync("""{"id":1,"op":"pub","room":"lobby","data":{"text":"through nginx"}}""");

        Assert.Equal("through nginx", EventLine.TextOf(await stream.FirstAsync(l => EventLine.Is(l, "msg"))));
    }

    [Fact]
    public async Task A_node_that_is_gone_is_passed_over()
    {
        await using var server = await CulvertProcess.StartAsync();
        var gone = new Uri($"http://127.0.0.1:{FreePort.Find()}");
        await using var nginx = await NginxProcess.StartDeployedAsync("culvert-nodes.conf", gone, server.Address);
        using var through = new Api(nginx.Address, server.Token);

        for (var i = 0; i < 10; i++)
        {
            var (status, _) = await through.PublishAsync("lobby", $$"""{"text":"number {{i}}"}""");
            Assert.Equal(HttpStatusCode.Created, status);
        }
    }

    [Fact]
    public async Task The_units_of_systemd_are_valid()
    {
        using var directory = new TestDirectory();
        foreach (var unit in (string[])["culvert.service", "culvert@.service"])
        {
            // The program itself is not installed here, and that is all that may be missing.
            var text = await File.ReadAllTextAsync(Deployed("systemd", unit), Bounded.Cancelled);
            await File.WriteAllTextAsync(
                directory.File(unit.Replace("@", "@8081", StringComparison.Ordinal)),
                text.Replace("/opt/culvert/culvert", "/bin/true", StringComparison.Ordinal),
                Bounded.Cancelled);
        }

        var (code, output) = await RunAsync(
            "systemd-analyze", ["verify", "--man=no", .. Directory.GetFiles(directory.Path)]);

        Assert.True(code == 0, output);
        Assert.Equal("", output);
    }

    [Fact]
    public async Task The_compose_file_names_files_and_services_that_exist()
    {
        const string Program = """
            import os, sys, yaml
            path = sys.argv[1]
            with open(path) as file:
                project = yaml.safe_load(file)
            folder = os.path.dirname(path)
            services = project["services"]
            for name, service in services.items():
                assert "image" in service, name
                for other in service.get("depends_on", []):
                    assert other in services, other
                for config in service.get("configs", []):
                    assert config["source"] in project["configs"], config
                for volume in service.get("volumes", []):
                    assert volume.split(":")[0] in project["volumes"], volume
            for config in project["configs"].values():
                assert os.path.exists(os.path.join(folder, config["file"])), config
            nodes = [n for n in services if n.startswith("node-")]
            upstream = open(os.path.join(folder, project["configs"]["nodes"]["file"])).read()
            assert all(f"server {n}:8080 " in upstream for n in nodes), nodes
            print(len(nodes))
            """;

        var (code, output) = await RunAsync("/usr/bin/python3", ["-c", Program, Deployed("compose.yaml")]);

        Assert.True(code == 0, output);
        Assert.Equal("2", output.Trim());
    }

    private static string Deployed(params string[] parts) => Path.Combine([Programs.Repository, "deploy", .. parts]);

    private static async Task<(int Code, string Output)> RunAsync(string program, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(Bounded.Cancelled);
        var errors = process.StandardError.ReadToEndAsync(Bounded.Cancelled);
        await process.WaitForExitAsync(Bounded.Cancelled);
        return (process.ExitCode, await output + await errors);
    }
}
