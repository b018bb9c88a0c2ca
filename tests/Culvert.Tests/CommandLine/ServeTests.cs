using System.Collections;

namespace Culvert.Tests.CommandLine;

/// <summary>How the defaults, culvert.json, the environment and the command line combine.</summary>
public sealed class ServeTests
{
    [Fact]
    public async Task With_nothing_said_the_defaults_are_served()
    {
        var run = new CommandRun { Directory = CommandRun.Temporary() };

        var code = await run.RunAsync("serve");

        Assert.Equal(0, code);
        Assert.Equal(
            ["data=./data", "demo=false", "durability=disk", "listen:0=http://127.0.0.1:8080", "registration=invite", "verbose=false"],
            Served(run));
    }

    [Fact]
    public async Task The_command_line_sets_every_key()
    {
        var run = new CommandRun { Directory = CommandRun.Temporary() };

        await run.RunAsync(
            "serve", "--listen", "http://0.0.0.0:0", "--listen", "http://[::1]:81", "--data", "/srv/c", "--pipe", "/a=echo:",
            "--pipe", "/b/c=echo:", "--registration", "closed", "--demo", "--durability", "process", "-v");

        Assert.Equal(
            [
                "data=/srv/c", "demo=true", "durability=process", "listen:0=http://0.0.0.0:0", "listen:1=http://[::1]:81",
                "pipes:/a=echo:", "pipes:/b/c=echo:", "registration=closed", "verbose=true",
            ],
            Served(run));
    }

    [Fact]
    public async Task The_demo_lets_anybody_register_unless_somebody_said_otherwise()
    {
        var open = new CommandRun { Directory = CommandRun.Temporary() };
        var closed = new CommandRun
        {
            Directory = CommandRun.Temporary(),
            Variables = new Hashtable { ["CULVERT__REGISTRATION"] = "closed" },
        };

        await open.RunAsync("serve", "--demo");
        await closed.RunAsync("serve", "--demo");

        Assert.Contains("registration=open", Served(open));
        Assert.Contains("registration=closed", Served(closed));
    }

    [Fact]
    public async Task The_nearest_layer_wins_lists_are_replaced_and_maps_add_up()
    {
        var directory = WithFile("""
            {
              // All of it may be overridden.
              "listen": ["http://127.0.0.1:1", "http://127.0.0.1:2", "http://127.0.0.1:3"],
              "data": "store", "demo": true, "durability": "process",
              "pipes": { "/file": "echo:" },
            }
            """);
        var run = new CommandRun
        {
            Directory = directory,
            Variables = new Hashtable
            {
                ["CULVERT__LISTEN__0"] = "http://127.0.0.1:4",
                ["CULVERT__LISTEN__1"] = "http://127.0.0.1:5",
                ["CULVERT__PIPES__/env"] = "echo:",
                ["CULVERT__DURABILITY"] = "disk",
                ["CULVERT_TOKEN"] = "no setting",
            },
        };

        await run.RunAsync("serve", "--listen", "http://127.0.0.1:6", "--pipe", "/line=echo:");

        Assert.Equal(
            [
                $"data={Path.Combine(directory, "store")}", "demo=true", "durability=disk", "listen:0=http://127.0.0.1:6",
                "pipes:/env=echo:", "pipes:/file=echo:", "pipes:/line=echo:", "registration=open", "verbose=false",
            ],
            Served(run));
    }

    [Theory]
    [InlineData("""{"lisen": []}""", "unknown key 'lisen'. Did you mean 'listen'")]
    [InlineData("""{"zzz": 1}""", "unknown key 'zzz'. The keys are listen, data, pipes, registration, demo, durability, verbose")]
    [InlineData("""{"demo": "yes"}""", "demo: write true or false")]
    [InlineData("""{"data": 7}""", "data: write a text, \"…\"")]
    [InlineData("""{"listen": [7]}""", "listen: write a list of texts, [\"…\", \"…\"]")]
    [InlineData("""{"listen": ["x"]}""", "listen[0]: 'x' is not an address to listen on; write http://HOST:PORT")]
    [InlineData("""{"pipes": []}""", "pipes: write names with texts, {\"…\": \"…\"}")]
    [InlineData("""{"pipes": {"/a": "exec:ls"}}""", "pipes: /a: 'exec:ls' is not a target; write echo:")]
    [InlineData("[]", "the file holds no JSON object; write {\"data\": \"./data\"}")]
    [InlineData("{\n\n  nope", "line 3: 'n' is an invalid start of a property name. Expected a '\"'")]
    [InlineData("""{"data": "a", "data": "b"}""", "Duplicate")]
    public async Task A_wrong_file_is_refused_with_its_name_and_the_key(string text, string error)
    {
        var run = new CommandRun { Directory = CommandRun.Temporary() };
        var file = Path.Combine(WithFile(text), "culvert.json");

        var code = await run.RunAsync("serve", "--config", file);

        Assert.Equal(2, code);
        Assert.Null(run.Served);
        Assert.StartsWith($"culvert serve: {file}: ", run.Error);
        Assert.Contains(error, run.Error);
        Assert.Single(run.Error.TrimEnd('\n').Split('\n'));
    }

    [Theory]
    [InlineData("CULVERT__DATTA", "/x", "environment: CULVERT__DATTA is no setting. Did you mean 'data'?")]
    [InlineData("CULVERT__DATA__X", "/x", "environment: CULVERT__DATA__X is no setting.")]
    [InlineData("CULVERT__PIPES", "/x", "environment: CULVERT__PIPES is no setting.")]
    [InlineData("CULVERT__DEMO", "1", "environment: CULVERT__DEMO: '1' is not one of true and false.")]
    public async Task A_wrong_variable_is_refused_with_its_name(string name, string value, string error)
    {
        var run = new CommandRun { Directory = CommandRun.Temporary(), Variables = new Hashtable { [name] = value } };

        var code = await run.RunAsync("serve");

        Assert.Equal(2, code);
        Assert.Equal($"culvert serve: {error} See `culvert serve --help`.\n", run.Error);
    }

    [Theory]
    [InlineData(new[] { "backup", "there" }, "backup {0}/data {0}/there")]
    [InlineData(new[] { "verify" }, "verify {0}/data")]
    public async Task Data_commands_find_the_directory(string[] line, string asked)
    {
        var run = new CommandRun { Directory = CommandRun.Temporary() };
        Directory.CreateDirectory(Path.Combine(run.Directory, "data"));

        var code = await run.RunAsync(line);

        Assert.Equal(0, code);
        Assert.Equal(string.Format(null, asked, run.Directory), run.Asked);
        Assert.Equal("read 3 rooms\n", run.Output);
    }

    [Fact]
    public async Task Damage_is_a_failure_with_a_line_for_each()
    {
        var run = new CommandRun { Directory = CommandRun.Temporary(), Report = new("read 1 room", ["room lobby: a hole at 7"]) };
        Directory.CreateDirectory(Path.Combine(run.Directory, "data"));

        Assert.Equal(1, await run.RunAsync("verify"));
        Assert.Equal("room lobby: a hole at 7\n", run.Error);
    }

    [Fact]
    public async Task A_missing_data_directory_is_named()
    {
        var run = new CommandRun { Directory = CommandRun.Temporary() };

        Assert.Equal(1, await run.RunAsync("verify", "--data", "nowhere"));
        Assert.Equal("culvert verify: there is no data directory nowhere; name it with --data DIR\n", run.Error);
    }

    private static string WithFile(string text)
    {
        var directory = CommandRun.Temporary();
        File.WriteAllText(Path.Combine(directory, "culvert.json"), text);
        return directory;
    }

    private static IEnumerable<string> Served(CommandRun run) =>
        (run.Served ?? throw new InvalidOperationException(run.Error))
            .Select(p => $"{p.Key}={p.Value}").Order(StringComparer.Ordinal);
}
