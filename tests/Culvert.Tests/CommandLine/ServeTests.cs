namespace Culvert.Tests.CommandLine;

/// <summary>What serve, backup, verify and migrate hand to the server.</summary>
public sealed class ServeTests
{
    [Theory]
    [InlineData("serve", "-")]
    [InlineData("serve -v", "- verbose=true")]
    [InlineData("serve --demo --config c.json", "c.json demo=true")]
    [InlineData(
        "serve --listen http://0.0.0.0:0 --listen http://[::1]:81 --data /srv/c --pipe /a=echo: --pipe /b=ws://h/?x=y "
            + "--registration closed --durability process",
        "- listen:0=http://0.0.0.0:0 listen:1=http://[::1]:81 pipes:/a=echo: pipes:/b=ws://h/?x=y data=/srv/c "
            + "accounts:registration=closed durability=process")]
    public async Task Switches_become_keys_of_the_configuration(string line, string served)
    {
        var run = new CommandRun();

        var code = await run.RunAsync(line.Split(' '));

        Assert.Equal(0, code);
        Assert.Equal(served, run.Served);
    }

    [Theory]
    [InlineData("files", ". 127.0.0.1 8080")]
    [InlineData("files --verbose --no-access-log --port 0", ". 127.0.0.1 0 verbose silent")]
    [InlineData(
        "files --top-dir public --host ::1 --port 65535 --listing --fallback index.html --live-reload -v",
        "public ::1 65535 index.html listing reload verbose")]
    public async Task Files_are_served_as_the_command_line_says(string line, string served)
    {
        var run = new CommandRun();

        var code = await run.RunAsync(line.Split(' '));

        Assert.Equal(0, code);
        Assert.NotNull(run.Files);
        string[] said =
        [
            run.Files.TopDirectory,
            run.Files.Host,
            $"{run.Files.Port}",
            run.Files.Fallback ?? "",
            run.Files.Listing ? "listing" : "",
            run.Files.LiveReload ? "reload" : "",
            run.Files.Verbose ? "verbose" : "",
            run.Files.AccessLog ? "" : "silent",
        ];
        Assert.Equal(served, string.Join(' ', said.Where(word => word.Length > 0)));
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("65536")]
    [InlineData("http")]
    public async Task A_port_is_a_port(string port)
    {
        var run = new CommandRun();

        Assert.Equal(2, await run.RunAsync("files", "--port", port));
        Assert.Equal(
            $"culvert files: --port: '{port}' is not a port; use 0 to 65535. See `culvert files --help`.\n", run.Error);
    }

    [Theory]
    [InlineData(new[] { "backup", "there.db" }, "backup {0}/data {0}/there.db")]
    [InlineData(new[] { "verify" }, "verify {0}/data")]
    [InlineData(new[] { "verify", "--data", "copy.db" }, "verify {0}/copy.db")]
    [InlineData(new[] { "migrate", "sqlite-to-postgres" }, "migrate {0}/data")]
    [InlineData(new[] { "bench", "seed", "--room", "big" }, "seed {0}/data big 1000 50 en+ru")]
    public async Task Data_commands_find_the_data(string[] line, string asked)
    {
        var run = new CommandRun { Directory = CommandRun.Temporary() };
        Directory.CreateDirectory(Path.Combine(run.Directory, "data"));
        await File.WriteAllTextAsync(
            Path.Combine(run.Directory, "copy.db"), "", TestContext.Current.CancellationToken);

        var code = await run.RunAsync(line);

        Assert.Equal(0, code);
        Assert.Equal(string.Format(null, asked, run.Directory), run.Asked);
        Assert.Equal("read 3 rooms\n", run.Output);
    }

    [Theory]
    [InlineData(new[] { "verify" }, "verify the store")]
    [InlineData(new[] { "verify", "--data", "data" }, "verify {0}/data")]
    public async Task Verify_reads_the_store_of_the_configuration_unless_told_otherwise(string[] line, string asked)
    {
        var run = new CommandRun { Directory = CommandRun.Temporary(), HasStore = true };
        Directory.CreateDirectory(Path.Combine(run.Directory, "data"));

        Assert.Equal(0, await run.RunAsync(line));
        Assert.Equal(string.Format(null, asked, run.Directory), run.Asked);
    }

    [Fact]
    public async Task Damage_is_a_failure_with_a_line_for_each()
    {
        var report = new Commands.DataReport("read 1 room", ["room lobby: a hole at 7"]);
        var run = new CommandRun { Directory = CommandRun.Temporary(), Report = report };
        Directory.CreateDirectory(Path.Combine(run.Directory, "data"));

        Assert.Equal(1, await run.RunAsync("verify"));
        Assert.Equal("room lobby: a hole at 7\n", run.Error);
    }

    [Fact]
    public async Task Missing_data_are_named()
    {
        var run = new CommandRun { Directory = CommandRun.Temporary() };

        Assert.Equal(1, await run.RunAsync("verify", "--data", "nowhere"));
        Assert.Equal("culvert verify: there is no nowhere; name the data with --data\n", run.Error);
    }
}
