using Culvert.IntegrationTests.Servers;
using Microsoft.Playwright;

namespace Culvert.IntegrationTests.Chat;

/// <summary>A user with a browser. Whatever goes wrong in a page of it fails the test at the end.</summary>
internal sealed class Person : IAsyncDisposable
{
    private readonly List<string> _faults = [];

    public Person(string name, Api api, IBrowserContext context, IPage page)
    {
        Name = name;
        Api = api;
        Context = context;
        Page = page;
        context.Page += (_, opened) => Watch(opened);
        Watch(page);
    }

    public string Name { get; }

    /// <summary>Requests with the session of the browser.</summary>
    public Api Api { get; }

    public IBrowserContext Context { get; }

    /// <summary>The first page.</summary>
    public IPage Page { get; }

    /// <summary>Scripts that threw, and what the content security policy refused.</summary>
    public IReadOnlyList<string> Faults => _faults;

    /// <summary>Opens a room and waits until it is live.</summary>
    public async Task<IPage> EnterAsync(string room, IPage? page = null)
    {
        page ??= Page;
        await page.GotoAsync($"/chat/rooms/{Uri.EscapeDataString(room)}");
        await page.Locator("html[data-live=true]").WaitForAsync();
        return page;
    }

    /// <summary>Becomes a member of a public room.</summary>
    public Task JoinAsync(string room) =>
        Api.MustAsync(HttpMethod.Post, $"/v1/rooms/{room}/members", $$"""{"user":"{{Name}}"}""");

    public async ValueTask DisposeAsync()
    {
        await Context.DisposeAsync();
        Api.Dispose();
        Assert.Empty(_faults);
    }

    private void Watch(IPage page)
    {
        page.PageError += (_, error) => _faults.Add($"{Name}: {error}");
        page.Console += (_, message) =>
        {
            if (message.Type == "error" && message.Text.Contains("Content Security Policy", StringComparison.Ordinal))
            {
                _faults.Add($"{Name}: {message.Text}");
            }
        };
    }
}
