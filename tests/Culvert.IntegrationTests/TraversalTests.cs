using Culvert.IntegrationTests.BadInput;
using Culvert.IntegrationTests.Processes;
using Culvert.IntegrationTests.Servers;
using Culvert.IntegrationTests.Wire;

namespace Culvert.IntegrationTests;

/// <summary>Nothing outside the root comes over the wire, however it is asked for.</summary>
public sealed class TraversalTests(RefusingServer server) : IClassFixture<RefusingServer>
{
    private readonly CulvertProcess _server = server.Process;
    private readonly string _root = server.Root;

    [Theory]
    [InlineData(ConnectionKind.Fresh)]
    [InlineData(ConnectionKind.Owned)]
    public async Task No_spelling_of_a_target_leads_outside(ConnectionKind kind)
    {
        var targets = Traversal.Targets(_root);
        List<string> failures = [];
        (RawConnection Connection, AnswerReader Answers)? open = null;

        foreach (var target in targets)
        {
            var request = new BadRequest(BadRequest.Get(target), 0).Bytes("");
            if (open is not { } used)
            {
                open = used = await Exchange.OpenAsync(_server, kind, request);
            }
            else
            {
                await used.Connection.SendAsync(request);
            }

            var answer = await used.Answers.MustReadAsync();
            var isHome = answer.Status == 200 && answer.Text == Site.Index;
            if ((!isHome && answer.Status is not (400 or 403 or 404 or 301)) || IsLeak(answer))
            {
                failures.Add($"{target}: {answer}");
            }

            // One that stays open is used again by the kind that is about used connections.
            if (kind == ConnectionKind.Fresh || answer["Connection"] == "close")
            {
                used.Connection.Dispose();
                open = null;
            }
        }

        open?.Connection.Dispose();
        Bounded.Print($"{targets.Count} targets, {failures.Count} failed");
        Assert.True(targets.Count >= 200);
        Assert.Equal(targets.Count, targets.Distinct().Count());
        Assert.True(failures.Count == 0, string.Join('\n', failures));
    }

    private static bool IsLeak(RawAnswer answer) =>
        answer.Text.Contains(Site.Secret, StringComparison.Ordinal)
        || answer.Text.Contains("root:", StringComparison.Ordinal)
        || answer.Text.Contains("PATH=", StringComparison.Ordinal)
        || answer["Location"]?.StartsWith("//", StringComparison.Ordinal) == true;
}
