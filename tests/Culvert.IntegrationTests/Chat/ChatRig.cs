using Culvert.IntegrationTests.Processes;
using Culvert.IntegrationTests.Servers;
using Microsoft.Playwright;

namespace Culvert.IntegrationTests.Chat;

/// <summary>A server, and people with browsers.</summary>
internal sealed class ChatRig : IAsyncDisposable
{
    public const string Password = "correct horse battery";

    private readonly IBrowser _browser;
    private readonly List<Person> _people = [];

    private CulvertProcess? _second;
    private NginxProcess? _nginx;

    private ChatRig(IBrowser browser, CulvertProcess server)
    {
        _browser = browser;
        Server = server;
    }

    public CulvertProcess Server { get; }

    /// <summary>Where browsers go.</summary>
    public Uri Address => _nginx?.Address ?? Server.Address;

    /// <param name="fixture">Has the browser.</param>
    /// <param name="arguments">Of <c>culvert serve</c>; <c>--registration</c> is open unless given.</param>
    public static async Task<ChatRig> StartAsync(BrowserFixture fixture, params string[] arguments)
    {
        arguments = arguments.Contains("--registration") ? arguments : ["--registration", "open", .. arguments];
        if (fixture.ScaledOut is not { } scaledOut)
        {
            return new(fixture.Browser, await CulvertProcess.StartAsync(arguments));
        }

        var variables = await scaledOut.NewClusterAsync();
        variables["CULVERT_NODE"] = "first";
        var rig = new ChatRig(fixture.Browser, await CulvertProcess.StartAsync(variables, arguments));
        try
        {
            variables["CULVERT_NODE"] = "second";
            rig._second = await CulvertProcess.StartOnAsync(rig.Server.Data, variables, arguments);
            rig._nginx = await NginxProcess.StartDeployedAsync(
                "culvert-nodes.conf", rig.Server.Address, rig._second.Address);
            return rig;
        }
        catch
        {
            await rig.DisposeAsync();
            throw;
        }
    }

    /// <summary>A server on which everybody may write as fast as they can.</summary>
    public static async Task<ChatRig> StartFastAsync(BrowserFixture fixture)
    {
        using var directory = new TestDirectory();
        var settings = directory.File("culvert.json");
        await File.WriteAllTextAsync(
            settings, """{"rooms":{"publishPerSecond":1000000,"publishBurst":1000000}}""", Bounded.Cancelled);
        return await StartAsync(fixture, "--config", settings);
    }

    /// <summary>People of a server that the test starts and ends itself.</summary>
    public static ChatRig On(BrowserFixture fixture, CulvertProcess server) => new(fixture.Browser, server);

    /// <summary>The same on a directory that may hold the data of an earlier run; the caller keeps it.</summary>
    public static async Task<ChatRig> StartOnAsync(BrowserFixture fixture, string data) =>
        new(fixture.Browser, await CulvertProcess.StartOnAsync(data, "--registration", "open"));

    /// <summary>Makes a user, signs in, and opens a browser as that user; the page is empty.</summary>
    public async Task<Person> PersonAsync(
        string name, string role = "member", string language = "en", ViewportSize? size = null)
    {
        var api = await Server.Owner.NewUserAsync(name, role);
        return await OpenAsync(name, api, language, size);
    }

    /// <summary>Another browser of the same user, with a session of its own.</summary>
    public async Task<Person> AgainAsync(string name, string language = "en")
    {
        var cookie = await Server.Owner.SignInAsync(name, Password);
        return await OpenAsync(name, new Api(Address, cookie: cookie), language, null);
    }

    /// <summary>A browser that nobody is signed in with.</summary>
    public Task<Person> StrangerAsync(string language = "en") =>
        OpenAsync("", new Api(Address), language, null);

    /// <summary>A browser that nobody is signed in with, and that runs no scripts.</summary>
    public Task<Person> ScriptlessAsync(string language = "en") =>
        OpenAsync("", new Api(Address), language, null, scripts: false);

    public async ValueTask DisposeAsync()
    {
        try
        {
            foreach (var person in _people)
            {
                await person.DisposeAsync();
            }
        }
        finally
        {
            // Also when a page had a fault, which the person reports here.
            foreach (var each in (IAsyncDisposable?[])[_nginx, _second, Server])
            {
                await (each?.DisposeAsync() ?? ValueTask.CompletedTask);
            }
        }
    }

    private async Task<Person> OpenAsync(
        string name, Api api, string language, ViewportSize? size, bool scripts = true)
    {
        var context = await _browser.NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = Address.ToString(),
            Locale = language,
            ViewportSize = size ?? new ViewportSize { Width = 1280, Height = 800 },
            ReducedMotion = ReducedMotion.Reduce,
            JavaScriptEnabled = scripts,
        });
        context.SetDefaultTimeout(30_000);
        if (api.Cookie?.Split('=', 2) is [var cookie, var value])
        {
            await context.AddCookiesAsync(
            [
                new Cookie { Name = cookie, Value = value, Url = Address.ToString(), HttpOnly = true },
            ]);
        }

        var person = new Person(name, api, context, await context.NewPageAsync());
        _people.Add(person);
        return person;
    }
}
