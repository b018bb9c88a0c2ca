using System.Collections;
using System.Reflection;
using System.Text.RegularExpressions;

namespace Culvert.Tests.Tidy;

/// <summary>
/// Every code that crosses the wire stands in docs/protocol.md. The catalogue is looked up by name and not by
/// reference: the rule then says nothing while there is no catalogue, and holds from the moment there is one. A
/// catalogue that is there but cannot be read fails, so that a renamed member does not switch the rule off.
/// </summary>
public sealed class WireCodesDocumentedTests
{
    private const string Page = "docs/protocol.md";

    private const BindingFlags AnyMember =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance;

    [Theory]
    [InlineData("| `rate_limited` | 429 | slow down |", 0)]
    [InlineData("| 429 | `rate_limited` |", 0)]
    [InlineData("| `rate_limited` | 400 | slow down |", 1)]
    [InlineData("| `rate_limited_more` | 429 |", 1)]
    [InlineData("", 1)]
    public void An_error_code_stands_beside_its_status(string page, int findings)
    {
        Assert.Equal(findings, CheckErrors([("rate_limited", 429)], page).Count());
    }

    [Theory]
    [InlineData("| 4103 | restarting |", 0)]
    [InlineData("| 41030 | restarting |", 1)]
    public void A_close_code_stands_in_the_page(string page, int findings)
    {
        Assert.Equal(findings, CheckCloses([4103], page).Count());
    }

    [Fact]
    public void The_repository_keeps_to_it()
    {
        var page = Repository.TextOf(Page);
        var errors = All("ErrorCode").Select(c => ((string)Member(c, "Code"), Number(Member(c, "Status"))));
        var closes = All("StreamCloseCode").Select(c => Number(Member(c, "Code")));

        Repository.MustHaveNone(CheckErrors(errors, page).Concat(CheckCloses(closes, page)));
    }

    private static IEnumerable<Finding> CheckErrors(IEnumerable<(string Code, int Status)> codes, string page) =>
        from code in codes
        let lines = page.Split('\n').Where(l => l.Contains($"`{code.Code}`", StringComparison.Ordinal))
        where !lines.Any(l => Names(l, code.Status))
        select new Finding(Page, 1, $"no line names `{code.Code}` together with its status {code.Status}; add it");

    private static IEnumerable<Finding> CheckCloses(IEnumerable<int> codes, string page) =>
        from code in codes
        where !Names(page, code)
        select new Finding(Page, 1, $"close code {code} is missing; add it");

    private static bool Names(string text, int number) => Regex.IsMatch(text, $@"(?<!\w){number}(?!\w)");

    private static IEnumerable<object> All(string catalogue)
    {
        var type = Type.GetType($"Culvert.Protocol.Rooms.{catalogue}, Culvert.Protocol");
        return type is null ? [] : ((IEnumerable)Read(type, null, "All")).Cast<object>();
    }

    private static object Member(object code, string name) => Read(code.GetType(), code, name);

    // Codes may be enumerations; their number is what crosses the wire.
    private static int Number(object value) =>
        Convert.ToInt32(value, System.Globalization.CultureInfo.InvariantCulture);

    private static object Read(Type type, object? instance, string name) =>
        type.GetProperty(name, AnyMember)?.GetValue(instance)
        ?? type.GetField(name, AnyMember)?.GetValue(instance)
        ?? throw new InvalidOperationException($"{type} has no {name}; change this rule together with the catalogue.");
}
