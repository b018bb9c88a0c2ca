using System.Globalization;
using System.Text.Json;
using Culvert.IntegrationTests.Processes;
using static Microsoft.Playwright.Assertions;

namespace Culvert.IntegrationTests.Chat;

/// <summary>From one screen to the other, with nothing else beside it.</summary>
[Collection(AloneCollection.Name)]
public sealed class LatencyTests(BrowserFixture browser) : IClassFixture<BrowserFixture>
{
    private const int Sent = 200;

    [Fact]
    public async Task T1_21_A_message_is_seen_within_50_ms()
    {
        await using var rig = await ChatRig.StartFastAsync(browser);
        var (alice, bob) = (await rig.PersonAsync("alice"), await rig.PersonAsync("bob"));
        var (one, other) = (await RoomScreen.OpenAsync(alice), await RoomScreen.OpenAsync(bob));
        await other.Page.EvaluateAsync("""
            () => {
                window.seen = {};
                new MutationObserver(records => {
                    for (const node of records.flatMap(r => [...r.addedNodes])) {
                        const text = node.querySelector?.('.body')?.textContent;
                        if (text?.startsWith('timed ')) seen[text] ??= Date.now();
                    }
                }).observe(document.querySelector('#timeline .rows'), { childList: true });
            }
            """);

        // Other programs may take the processor for a while: the best of three rounds counts.
        var (median, high) = (double.MaxValue, double.MaxValue);
        for (var round = 0; round < 3 && (median > 50 || high > 250); round++)
        {
            (median, high) = await TimeAsync(one, other, round);
            Bounded.Print($"median {median} ms, p99 {high} ms");
        }

        Assert.InRange(median, 0, 50);
        Assert.InRange(high, 0, 250);

        // Each of them once for its author too, who saw it before the server did.
        var seqs = await one.SeqsAsync();
        Assert.Equal(seqs.Distinct().Order(), seqs);
        await Expect(one.Messages).ToHaveCountAsync(seqs.Length);
    }

    /// <summary>Sends messages one after another, and tells how long they took from one screen to the other.</summary>
    private static async Task<(double Median, double High)> TimeAsync(RoomScreen one, RoomScreen other, int round)
    {
        var sent = new Dictionary<string, double>();
        for (var number = 0; number < Sent; number++)
        {
            var text = string.Create(CultureInfo.InvariantCulture, $"timed {round} {number}");
            sent[text] = await one.Page.EvaluateAsync<double>("""
                text => {
                    const form = document.getElementById('composer');
                    form.elements.text.value = text;
                    form.elements.text.dispatchEvent(new Event('input', { bubbles: true }));
                    const at = Date.now();
                    form.requestSubmit();
                    return at;
                }
                """, text);
            await other.UntilAsync($"() => seen['{text}'] !== undefined");
        }

        var json = await other.Page.EvaluateAsync<string>("() => JSON.stringify(seen)");
        var seen = JsonSerializer.Deserialize<Dictionary<string, double>>(json)!;
        var took = sent.Select(pair => seen[pair.Key] - pair.Value).Order().ToArray();
        return (took[Sent / 2], took[Sent * 99 / 100]);
    }
}
