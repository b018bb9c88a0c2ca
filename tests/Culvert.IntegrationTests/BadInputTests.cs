using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using Culvert.IntegrationTests.BadInput;
using Culvert.IntegrationTests.Processes;
using Culvert.IntegrationTests.Servers;

namespace Culvert.IntegrationTests;

/// <summary>
/// Every class of bad input, by number, on a new connection and on one that a request for the application has used:
/// the answer, what becomes of the connection, and that the next one is served.
/// </summary>
public sealed partial class BadInputTests(RefusingServer server) : IClassFixture<RefusingServer>
{
    private readonly CulvertProcess _server = server.Process;

    public static IEnumerable<TheoryDataRow<int>> Rows =>
        BadRows.All.Select(r => new TheoryDataRow<int>(r.Number) { TestDisplayName = $"{r}" });

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task A_new_connection_gets_the_answer(int row) => await CheckAsync(row, ConnectionKind.Fresh);

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task A_used_connection_gets_the_same_answer(int row) => await CheckAsync(row, ConnectionKind.Owned);

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task A_request_behind_another_gets_the_same_answer(int row) =>
        await CheckAsync(row, ConnectionKind.Pipelined);

    [Theory]
    [InlineData(ConnectionKind.Fresh)]
    [InlineData(ConnectionKind.Owned)]
    [InlineData(ConnectionKind.Pipelined)]
    public async Task What_is_refused_for_a_file_is_refused_for_the_api_with_problem_details(ConnectionKind kind)
    {
        var requests = BadRows.All
            .Where(r => r.Number is 6 or 7 or 9 or 12 or (>= 41 and <= 58) or 64)
            .SelectMany(r => r.Requests)
            .Where(r => r.Closes && r.Status >= 400 && !r.Sent[..4].Any(char.IsControl))
            .Where(r => r.Sent.Contains($" {Site.Page} HTTP/1.1\r\n", StringComparison.Ordinal))
            .Select(r => r with
            {
                Sent = r.Sent.Replace(Site.Page, "/v1/rooms", StringComparison.Ordinal),
                Headers = [],
            })
            .ToList();

        await CheckAsync(requests, kind);

        Assert.True(requests.Count > 100, $"{requests.Count} requests");
    }

    [Fact]
    public void Every_row_has_a_case()
    {
        var alone = typeof(BadInputTests).Assembly.GetTypes()
            .SelectMany(t => t.GetMethods())
            .Select(m => RowName().Match(m.GetCustomAttribute<FactAttribute>()?.DisplayName ?? ""))
            .Where(m => m.Success)
            .Select(m => int.Parse(m.Groups[1].Value, CultureInfo.InvariantCulture));

        var rows = BadRows.All.Where(r => r.Requests.Count > 0).Select(r => r.Number).Concat(alone);

        Assert.Equal(Enumerable.Range(1, BadRows.Count), rows.Distinct().Order());
    }

    private Task CheckAsync(int row, ConnectionKind kind) =>
        CheckAsync(BadRows.All.Single(r => r.Number == row).Requests, kind);

    private async Task CheckAsync(IReadOnlyList<BadRequest> requests, ConnectionKind kind)
    {
        List<string> failures = [];
        foreach (var request in requests)
        {
            if (await Exchange.FaultAsync(_server, request, kind) is { } wrong)
            {
                failures.Add($"{request.Shown}\n  {wrong}");
            }
        }

        Bounded.Print($"{requests.Count} requests, {failures.Count} failed");
        Assert.True(failures.Count == 0, string.Join('\n', failures));
    }

    [GeneratedRegex(@"^row (\d+): ")]
    private static partial Regex RowName();
}
