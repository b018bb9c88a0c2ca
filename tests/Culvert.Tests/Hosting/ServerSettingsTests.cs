using Culvert.Server.Accounts;
using Culvert.Server.Hosting;
using Culvert.Server.Pipes;
using Culvert.Tests.Storage;

namespace Culvert.Tests.Hosting;

public sealed class ServerSettingsTests
{
    [Fact]
    public void Nothing_set_means_the_defaults()
    {
        var options = Read();

        Assert.Equal(["http://127.0.0.1:8080"], options.Listen);
        var accounts = new AccountOptions();
        Assert.Equal(accounts, options.Accounts with { AllowedOrigins = accounts.AllowedOrigins });
        Assert.Equal(new HttpOptions(), options.Http with { TrustedProxies = new HttpOptions().TrustedProxies });
        Assert.Equal(TimeSpan.FromSeconds(5), options.StopTimeout);
    }

    [Fact]
    public void A_bad_address_with_a_password_is_not_repeated()
    {
        var exception = Assert.Throws<SettingException>(() => Read(("bus", "redis://:s3cret@h:port")));

        Assert.DoesNotContain("s3cret", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Several_nodes_share_a_store_and_a_bus()
    {
        var options = Read(
            ("store", "Host=db;Database=culvert"), ("bus", "redis://:secret@redis:6380/1"), ("node", "north-1"));

        Assert.Equal(
            ("Host=db;Database=culvert", "redis://:secret@redis:6380/1", "north-1"),
            (options.Store, options.Bus, options.Node));
    }

    [Fact]
    public void Units_are_part_of_a_value()
    {
        var options = Read(
            ("accounts:sessionIdle", "90m"),
            ("accounts:registration", "closed"),
            ("http:maxBodyBytes", "2MiB"),
            ("http:maxHeaderBytes", "2048"),
            ("stopTimeout", "500ms"));

        Assert.Equal(TimeSpan.FromMinutes(90), options.Accounts.SessionIdle);
        Assert.Equal(RegistrationPolicy.Closed, options.Accounts.Registration);
        Assert.Equal(2 << 20, options.Http.MaxBodyBytes);
        Assert.Equal(2048, options.Http.MaxHeaderBytes);
        Assert.Equal(TimeSpan.FromMilliseconds(500), options.StopTimeout);
    }

    [Theory]
    [InlineData("accounts:sessionIdle", "30", "command line: accounts.sessionIdle = \"30\"")]
    [InlineData("accounts:sessionIdle", "1s", "from 1m to 400d")]
    [InlineData("accounts:sessionIdle", "401d", "from 1m to 400d")]
    [InlineData("accounts:registration", "Open", "one of invite, open, closed")]
    [InlineData("accounts:tickets", "9", "a whole number from 10 to 1000000")]
    [InlineData("accounts:tickets", "1e3", "a whole number from 10 to 1000000")]
    [InlineData("accounts:allowedOrigins", "https://a.example/path", "without a path")]
    [InlineData("http:maxBodyBytes", "64kb", "from 1KiB to 1GiB")]
    [InlineData("http:trustedProxies", "10.0.0.1,proxy", "\"proxy\"")]
    [InlineData("demo", "yes", "true or false")]
    [InlineData("listen", "http://example.org:80", "IP address, localhost or *")]
    [InlineData("acounts:registration", "open", "unknown option acounts.registration")]
    [InlineData("bus", "127.0.0.1:6379", "a store on PostgreSQL")]
    [InlineData("bus", "http://h", "the address of a Redis")]
    [InlineData("node", "a b", "without blanks")]
    [InlineData("listen:first:second", "x", "unknown option listen.first.second")]
    public void A_bad_option_is_told_in_one_line(string key, string value, string expected)
    {
        var exception = Assert.Throws<SettingException>(() => Read((key, value)));

        Assert.Contains(expected, exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', exception.Message);
        Assert.StartsWith("command line: ", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("postgres://culvert:s3cret@db/culvert")]
    [InlineData("Hst=db;Password=s3cret")]
    [InlineData("Password=s3cret")]
    public void A_bad_store_is_told_without_its_password(string store)
    {
        var exception = Assert.Throws<SettingException>(() => Read(("store", store)));

        Assert.StartsWith("command line: store is not allowed", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_demo_is_open_unless_told_otherwise()
    {
        Assert.Equal(RegistrationPolicy.Open, Read(("demo", "true")).Accounts.Registration);
        Assert.Equal(
            RegistrationPolicy.Closed,
            Read(("demo", "true"), ("accounts:registration", "closed")).Accounts.Registration);
    }

    [Fact]
    public void The_strongest_source_gives_a_whole_list()
    {
        using var directory = new TestDirectory();
        var file = directory.File("culvert.json");
        File.WriteAllText(file, """
            { "listen": ["http://127.0.0.1:1", "http://127.0.0.1:2"], "accounts": { "tickets": 20 } }
            """);

        var fromFile = ServerSettings.Read(SettingSource.Load(file, []));
        var fromBoth = ServerSettings.Read(SettingSource.Load(file, [new("listen:0", "http://127.0.0.1:3")]));

        Assert.Equal(["http://127.0.0.1:1", "http://127.0.0.1:2"], fromFile.Listen);
        Assert.Equal(20, fromFile.Accounts.Tickets);
        Assert.Equal(["http://127.0.0.1:3"], fromBoth.Listen);
    }

    [Theory]
    [InlineData("""{ "acounts": { "tickets": 20 } }""", "unknown option acounts.tickets")]
    [InlineData("""{ "accounts": { "tickets": "many" } }""", "accounts.tickets = \"many\"")]
    [InlineData("""{ "accounts": """, "culvert.json")]
    public void A_mistake_in_the_file_names_the_file(string json, string expected)
    {
        using var directory = new TestDirectory();
        var file = directory.File("culvert.json");
        File.WriteAllText(file, json);

        var exception = Assert.Throws<SettingException>(() => ServerSettings.Read(SettingSource.Load(file, [])));

        Assert.Contains("culvert.json: ", exception.Message, StringComparison.Ordinal);
        Assert.Contains(expected, exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', exception.Message);
    }

    [Fact]
    public void A_file_that_was_named_has_to_be_there()
    {
        Assert.Throws<SettingException>(() => SettingSource.Load("no-such-file.json", []));
    }

    [Fact]
    public void A_pipe_is_a_target_or_an_object()
    {
        var options = ServerSettings.Read(SettingSource.Load(
            null,
            [
                new("pipe:maxMessageBytes", "1KiB"), new("pipes:/a", "ws://h:1/x?y=1,2"),
                new("pipes:/b:targets:0", "ws://h:1"),
                new("pipes:/b:targets:1", "wss://h"), new("pipes:/b:mode", "transparent"), new("pipes:/b:idle", "9s"),
                new("pipes:/b:maxMessageBytes", "2KiB"), new("pipes:/b:setHeaders:0", "X-A: b"),
            ]));

        var (a, b) = (options.Pipes.Pipes["/a"], options.Pipes.Pipes["/b"]);
        Assert.Equal(["ws://h:1/x?y=1,2"], a.Targets);
        Assert.Equal((1024, 2048), (a.MaxMessageBytes, b.MaxMessageBytes));
        Assert.Equal(["ws://h:1", "wss://h"], b.Targets);
        Assert.Equal((PipeMode.Transparent, TimeSpan.FromSeconds(9)), (b.Mode, b.Idle));
    }

    [Theory]
    [InlineData("pipes:/a", "tcp-listen:1")]
    [InlineData("pipes:/a", "nonsense")]
    [InlineData("pipes:/a:targets:0", "ws-listen:1")]
    [InlineData("pipes:/a:mode", "frames")]
    [InlineData("pipes:/a b", "echo:")]
    public void A_pipe_that_cannot_be_stops_the_start(string key, string value)
    {
        Assert.Throws<SettingException>(() => ServerSettings.Read(SettingSource.Load(null, [new(key, value)])));
    }

    [Fact]
    public void Further_areas_read_their_own_options()
    {
        var configuration = SettingSource.Load(null, [new("pipes:/echo", "echo:"), new("rooms:x", "7")]);

        var options = ServerSettings.Read(
            configuration, reader => Assert.Equal(7, reader.Int32("rooms:x", 1, 1, 10)));

        Assert.Equal(["echo:"], options.Pipes.Pipes["/echo"].Targets);
        Assert.Throws<SettingException>(() => ServerSettings.Read(configuration));
    }

    [Theory]
    [InlineData("http://127.0.0.1:0", "127.0.0.1", 0)]
    [InlineData("http://[::1]:8080/", "::1", 8080)]
    [InlineData("http://*:80", "::", 80)]
    [InlineData("http://0.0.0.0:80", "0.0.0.0", 80)]
    [InlineData("http://localhost:0", "127.0.0.1", 0)]
    [InlineData("http://localhost:80", null, 80)]
    public void An_address_is_a_number_or_local(string text, string? address, int port)
    {
        Assert.True(ListenAddress.TryParse(text, out var parsed));
        Assert.Equal((address, port), (parsed?.Address?.ToString(), parsed?.Port));
    }

    [Theory]
    [InlineData("127.0.0.1:80")]
    [InlineData("https://127.0.0.1:80")]
    [InlineData("http://127.0.0.1")]
    [InlineData("http://127.0.0.1:65536")]
    [InlineData("http://::1:80")]
    [InlineData("http://:80")]
    [InlineData("http://example.org:80")]
    public void Any_other_address_is_refused(string text)
    {
        Assert.False(ListenAddress.TryParse(text, out _));
    }

    [Fact]
    public void A_directory_to_serve_is_refused_because_nothing_serves_it()
    {
        var exception = Assert.Throws<SettingException>(() => Read(("root", "./public")));

        Assert.Contains("unknown option root", exception.Message, StringComparison.Ordinal);
    }

    private static ServerOptions Read(params (string Key, string Value)[] settings) => ServerSettings.Read(
        SettingSource.Load(null, settings.Select(s => KeyValuePair.Create(s.Key, (string?)s.Value))));
}
