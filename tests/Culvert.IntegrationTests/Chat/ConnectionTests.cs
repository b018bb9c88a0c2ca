using System.Diagnostics;
using Culvert.IntegrationTests.Servers;
using Culvert.Tests.Support;

namespace Culvert.IntegrationTests.Chat;

/// <summary>culvert.js by itself, on an empty page of the server.</summary>
[Collection(nameof(RoomBrowserCollection))]
public sealed class ConnectionTests(BrowserFixture browser)
{
    private const string Connect = """
        async () => {
            const { Culvert } = await import("/chat/assets/current/scripts/culvert.js");
            window.connection = new Culvert({ outbox: "test" });
            window.texts = [];
            window.states = [];
            connection.addEventListener("line", e => {
                if (e.detail.ev === "msg") texts.push(e.detail.data.text);
            });
            connection.addEventListener("state", e => states.push(e.detail.state + " " + e.detail.transport));
            connection.connect();
            connection.sub("lobby", "start");
        }
        """;

    [Fact]
    public async Task T1_24_A_message_whose_answer_was_lost_is_published_once()
    {
        await using var rig = await ChatRig.StartAsync(browser);
        var alice = await rig.PersonAsync("alice");
        await OpenAsync(alice);

        // The socket closes in the moment in which the command has left, so its answer never arrives.
        await alice.Page.EvaluateAsync("""
            () => {
                const send = WebSocket.prototype.send;
                WebSocket.prototype.send = function (text) {
                    send.call(this, text);
                    if (text.includes('"pub"')) {
                        WebSocket.prototype.send = send;
                        this.onmessage = null;
                        this.close();
                    }
                };
                connection.send("lobby", { text: "once" });
                connection.send("lobby", { text: "after" });
            }
            """);
        await alice.Page.WaitForFunctionAsync("() => texts.length >= 2 && connection.pending('lobby').length === 0");

        Assert.Equal(["once", "after"], await rig.Server.Owner.ReadLogAsync("lobby").TextsAsync());
        Assert.Equal(["once", "after"], await alice.Page.EvaluateAsync<string[]>("() => texts"));
    }

    [Fact]
    public async Task T1_23_What_was_not_sent_outlives_a_reload_and_a_stopped_server()
    {
        await using var rig = await ChatRig.StartAsync(browser);
        var alice = await rig.PersonAsync("alice");
        await OpenAsync(alice);
        await alice.Context.SetOfflineAsync(true);
        await alice.Page.EvaluateAsync("() => { connection.close(); connection.connect(); }");
        await alice.Page.EvaluateAsync("""() => { connection.send("lobby", { text: "kept" }) }""");
        await alice.Page.WaitForFunctionAsync("() => connection.pending('lobby')[0]?.state === 'failed'");

        await alice.Context.SetOfflineAsync(false);
        await OpenAsync(alice);
        await alice.Page.WaitForFunctionAsync("() => texts.includes('kept')");

        Assert.Equal(["kept"], await rig.Server.Owner.ReadLogAsync("lobby").TextsAsync());
    }

    [Fact]
    public async Task T1_06_Without_the_header_Upgrade_lines_come_by_long_polling()
    {
        await using var rig = await ChatRig.StartAsync(browser);
        await using var proxy = await NginxProcess.StartAsync(rig.Server.Address, buffering: true, upgrade: false);
        var alice = await rig.PersonAsync("alice");
        await OpenAsync(alice, proxy.Address);
        var published = 0;

        await BestOfThree.MustTakeLessThanAsync(TimeSpan.FromSeconds(1.5), async () =>
        {
            var text = $"by proxy {published++}";
            await rig.Server.Owner.PublishTextsAsync("lobby", [text]);
            var started = Stopwatch.GetTimestamp();
            await alice.Page.WaitForFunctionAsync($"() => texts.includes('{text}')");
            return Stopwatch.GetElapsedTime(started);
        });
        await alice.Page.EvaluateAsync("""() => { connection.send("lobby", { text: "and back" }) }""");
        await alice.Page.WaitForFunctionAsync("() => texts.includes('and back')");
        Assert.Equal("poll", await alice.Page.EvaluateAsync<string>("() => connection.state.transport"));
    }

    [Fact]
    public Task T1_09_A_session_that_ends_is_told_to_its_other_pages() =>
        BestOfThree.MustTakeLessThanAsync(TimeSpan.FromSeconds(1), async () =>
        {
            await using var rig = await ChatRig.StartAsync(browser);
            var alice = await rig.PersonAsync("alice");
            await OpenAsync(alice);

            using var signOut = await alice.Api.SendAsync(HttpMethod.Delete, "/v1/session");
            var started = Stopwatch.GetTimestamp();

            await alice.Page.WaitForFunctionAsync("() => connection.state.state === 'signed-out'");
            return Stopwatch.GetElapsedTime(started);
        });

    private static async Task OpenAsync(Person person, Uri? address = null)
    {
        await person.Page.GotoAsync(new Uri(address ?? person.Api.Address, "/healthz").ToString());
        await person.Page.EvaluateAsync(Connect);
        await person.Page.WaitForFunctionAsync("() => connection.state.state === 'live'");
    }
}
