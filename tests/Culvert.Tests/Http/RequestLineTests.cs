using Culvert.Protocol.Http;

namespace Culvert.Tests.Http;

/// <summary>Rows 1 to 27 of the table of bad input, and 72 and 73: what the first line may be.</summary>
public sealed class RequestLineTests
{
    private const string Rest = "\r\nHost: a\r\n\r\n";

    [Theory]
    [InlineData("hello\r\n\r\n")]
    [InlineData("hello\r\n")]
    [InlineData("\u0000\u0001\u0002")]
    [InlineData("\u00FF\u00FE")]
    [InlineData(" GET / HTTP/1.1" + Rest)]
    [InlineData("(GET / HTTP/1.1" + Rest)]
    public void Row01_garbage_is_refused(string text) => HeadReading.Refused(400, text);

    [Theory]
    [InlineData("")]
    [InlineData("\r")]
    [InlineData("\r\n")]
    [InlineData("hello ")]
    [InlineData("GET / HTTP/1.1\r")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\n\r")]
    public void Row01_what_may_still_become_a_request_is_not(string text) =>
        Assert.Equal(RequestHeadStatus.Incomplete, HeadReading.Of(text).Status);

    [Theory]
    [InlineData("GET /\r\n")]
    [InlineData("GET /index.html\r\n\r\n")]
    [InlineData("GET \r\n")]
    [InlineData("GET\r\n")]
    [InlineData("GET  \r\n")]
    public void Row02_a_line_without_a_version_is_refused(string text) => HeadReading.Refused(400, text);

    [Theory]
    [InlineData("HTTP/2.0", 505)]
    [InlineData("HTTP/1.9", 505)]
    [InlineData("HTTP/1.2", 505)]
    [InlineData("HTTP/0.9", 505)]
    [InlineData("HTTP/3.0", 505)]
    [InlineData("http/1.1", 400)]
    [InlineData("Http/1.1", 400)]
    [InlineData("HTTP/1", 400)]
    [InlineData("HTTP/1.", 400)]
    [InlineData("HTTP/1.10", 400)]
    [InlineData("HTTP/11.1", 400)]
    [InlineData("HTTP/1,1", 400)]
    [InlineData("HTTP 1.1", 400)]
    [InlineData("HTTPS/1.1", 400)]
    [InlineData("HTTP/1.1x", 400)]
    [InlineData("HTTP/1.a", 400)]
    [InlineData("x", 400)]
    public void Row03_a_version_that_is_not_spoken_is_refused(string version, int status) =>
        HeadReading.Refused(status, "GET / " + version + Rest);

    [Theory]
    [InlineData("HTTP/1.0", 0)]
    [InlineData("HTTP/1.1", 1)]
    public void Row03_the_two_versions_are_accepted(string version, int minor) =>
        Assert.Equal(minor, HeadReading.Accepted("GET / " + version + Rest).Head.MinorVersion);

    [Theory]
    [InlineData("GET  / HTTP/1.1")]
    [InlineData("GET /  HTTP/1.1")]
    [InlineData("GET / HTTP/1.1 ")]
    [InlineData("GET\t/ HTTP/1.1")]
    [InlineData("GET /\tHTTP/1.1")]
    [InlineData("GET /a b HTTP/1.1")]
    [InlineData("GET / HTTP/1.1 HTTP/1.1")]
    [InlineData("GET  HTTP/1.1")]
    public void Row04_several_spaces_or_a_tab_are_refused(string line) => HeadReading.Refused(400, line + Rest);

    [Theory]
    [InlineData("")]
    [InlineData("\r\n")]
    [InlineData("\r\n\r\n")]
    public void Row05_up_to_two_blank_lines_are_passed_over(string before) =>
        Assert.Equal(RequestMethod.Get, HeadReading.Accepted(before + "GET / HTTP/1.1" + Rest).Head.Method);

    [Theory]
    [InlineData("\r\n\r\n\r\n")]
    [InlineData("\r\n\r\n\r")]
    [InlineData("\r\n\r\n\r\n\r\n\r\n")]
    [InlineData("\n")]
    [InlineData("\r\n\n")]
    [InlineData("\r\r\n")]
    [InlineData("\r\n ")]
    public void Row05_more_or_other_is_refused(string before) =>
        HeadReading.Refused(400, before + "GET / HTTP/1.1" + Rest);

    [Theory]
    [InlineData("GET / HTTP/1.1\nHost: a\n\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\n\n")]
    [InlineData("GET / HTTP/1.1\nHost: a\r\n\r\n")]
    public void Row06_a_bare_line_feed_is_refused(string text) =>
        Assert.Contains("LF", HeadReading.Refused(400, text).Refusal.Why, StringComparison.Ordinal);

    [Theory]
    [InlineData("GET /\r HTTP/1.1" + Rest)]
    [InlineData("GET / HTTP/1.1\rHost: a\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\r\nHost: a\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\rb\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\n\r\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\n\rx")]
    public void Row07_a_bare_carriage_return_is_refused(string text) =>
        Assert.Contains("CR", HeadReading.Refused(400, text).Refusal.Why, StringComparison.Ordinal);

    [Theory]
    [InlineData("G@T")]
    [InlineData("G\u0000T")]
    [InlineData("")]
    [InlineData("GET/")]
    [InlineData("G(T)")]
    [InlineData("\"GET\"")]
    [InlineData("G\u00C9T")]
    [InlineData("GET:")]
    public void Row08_a_method_that_is_no_token_is_refused(string method) =>
        HeadReading.Refused(400, method + " / HTTP/1.1" + Rest);

    [Theory]
    [InlineData("FOO")]
    [InlineData("GETS")]
    [InlineData("GE")]
    [InlineData("PROPFIND")]
    [InlineData("PRI")]
    [InlineData("M-SEARCH")]
    [InlineData("!#$%&'*+-.^_`|~09")]
    public void Row09_an_unknown_method_is_not_implemented(string method) =>
        HeadReading.Refused(501, method + " / HTTP/1.1" + Rest);

    [Theory]
    [InlineData("GET", RequestMethod.Get)]
    [InlineData("HEAD", RequestMethod.Head)]
    [InlineData("POST", RequestMethod.Post)]
    [InlineData("PUT", RequestMethod.Put)]
    [InlineData("PATCH", RequestMethod.Patch)]
    [InlineData("DELETE", RequestMethod.Delete)]
    [InlineData("OPTIONS", RequestMethod.Options)]
    public void Row10_a_known_method_is_left_to_the_resource(string method, RequestMethod expected)
    {
        var reading = HeadReading.Accepted(method + " /index.html HTTP/1.1" + Rest);

        Assert.Equal(expected, reading.Head.Method);
        Assert.Equal(method, reading.Text(reading.Head.MethodText));
    }

    [Theory]
    [InlineData("get")]
    [InlineData("Get")]
    [InlineData("options")]
    [InlineData("connect")]
    public void Row11_a_lower_case_method_is_not_implemented(string method) =>
        HeadReading.Refused(501, method + " / HTTP/1.1" + Rest);

    [Theory]
    [InlineData("TRACE / HTTP/1.1", RequestMethod.Trace)]
    [InlineData("TRACE http://a/ HTTP/1.1", RequestMethod.Trace)]
    [InlineData("CONNECT a:1 HTTP/1.1", RequestMethod.Connect)]
    [InlineData("CONNECT [::1]:443 HTTP/1.0", RequestMethod.Connect)]
    [InlineData("CONNECT / HTTP/1.1", RequestMethod.Connect)]
    public void Row12_and_13_trace_and_connect_are_not_allowed(string line, RequestMethod method) =>
        Assert.Equal(method, HeadReading.Refused(405, line + Rest).Head.Method);

    [Fact]
    public void Row14_options_may_ask_about_the_server()
    {
        var head = HeadReading.Accepted("OPTIONS * HTTP/1.1" + Rest).Head;

        Assert.Equal(TargetForm.Asterisk, head.TargetForm);
    }

    [Theory]
    [InlineData("GET * HTTP/1.1")]
    [InlineData("POST * HTTP/1.1")]
    [InlineData("TRACE * HTTP/1.1")]
    [InlineData("OPTIONS ** HTTP/1.1")]
    [InlineData("OPTIONS *? HTTP/1.1")]
    public void Row15_the_star_is_for_options_alone(string line) => HeadReading.Refused(400, line + Rest);

    [Theory]
    [InlineData("a:80")]
    [InlineData("a")]
    [InlineData("index.html")]
    [InlineData("?q")]
    [InlineData("\\")]
    [InlineData("%2f")]
    public void Row16_a_target_that_is_neither_path_nor_uri_is_refused(string target) =>
        HeadReading.Refused(400, $"GET {target} HTTP/1.1{Rest}");

    [Theory]
    [InlineData("http://h/x?y", "h", "/x?y", "h")]
    [InlineData("HTTP://H:80/", "h:80", "/", "H:80")]
    [InlineData("https://h", "H", "", "h")]
    [InlineData("http://h?q", "h", "?q", "h")]
    [InlineData("http://[::1]:8080/a", "[::1]:8080", "/a", "[::1]:8080")]
    [InlineData("http://h/x?u=a@b://c", "h", "/x?u=a@b://c", "h")]
    public void Row17_an_absolute_target_is_accepted(string target, string host, string path, string authority)
    {
        var reading = HeadReading.Accepted($"GET {target} HTTP/1.1\r\nHost: {host}\r\n\r\n");

        Assert.Equal(TargetForm.Absolute, reading.Head.TargetForm);
        Assert.True(reading.Head.Target.IsPresent);
        Assert.Equal(path, reading.Text(reading.Head.Target));
        Assert.Equal(authority, reading.Text(reading.Head.TargetAuthority));
    }

    [Theory]
    [InlineData("http://h/", "Host: other")]
    [InlineData("http://h:80/", "Host: h")]
    [InlineData("http://h/", "Host: h:80")]
    [InlineData("http://h/", "X: y")]
    public void Row17_a_host_that_differs_from_the_target_is_refused(string target, string header) =>
        HeadReading.Refused(400, $"GET {target} HTTP/1.1\r\n{header}\r\n\r\n");

    [Fact]
    public void Row17_the_target_names_the_host_for_http_1_0()
    {
        var reading = HeadReading.Accepted("GET http://h/ HTTP/1.0\r\n\r\n");

        Assert.Equal("h", reading.Text(reading.Head.TargetAuthority));
        Assert.False(reading.Head.Host.IsPresent);
    }

    [Theory]
    [InlineData("ftp://a/")]
    [InlineData("ws://a/")]
    [InlineData("httpx://a/")]
    [InlineData("://a/")]
    [InlineData("http://u@a/")]
    [InlineData("http://u:p@a/")]
    [InlineData("http:///x")]
    [InlineData("http://")]
    [InlineData("http:/a")]
    [InlineData("http:a")]
    [InlineData("http://a:/")]
    [InlineData("http://a:x/")]
    [InlineData("http://a:65536/")]
    [InlineData("http://[::1/")]
    [InlineData("mailto:a@a")]
    public void Row18_another_scheme_a_user_or_a_bad_authority_is_refused(string target) =>
        HeadReading.Refused(400, $"GET {target} HTTP/1.1{Rest}");

    [Theory]
    [InlineData("/a#b")]
    [InlineData("/#")]
    [InlineData("/a?b#c")]
    [InlineData("#")]
    [InlineData("http://a/#b")]
    public void Row19_a_fragment_is_refused(string target) => HeadReading.Refused(400, $"GET {target} HTTP/1.1{Rest}");

    [Theory]
    [InlineData(8192, true)]
    [InlineData(8193, false)]
    [InlineData(40_000, false)]
    public void Row20_a_line_over_the_limit_is_too_long(int lineBytes, bool accepted)
    {
        var text = "GET /v1/" + new string('a', lineBytes - "GET /v1/ HTTP/1.1\r\n".Length) + " HTTP/1.1" + Rest;

        var reading = accepted ? HeadReading.Accepted(text) : HeadReading.Refused(414, text);

        Assert.StartsWith("/v1/a", reading.Text(reading.Head.Target), StringComparison.Ordinal);
        Assert.Equal(RequestMethod.Get, reading.Head.Method);
    }

    [Fact]
    public void Row20_a_line_over_the_limit_is_refused_before_it_ends() =>
        HeadReading.Refused(414, "GET /" + new string('a', 8192));

    [Theory]
    [InlineData("")]
    [InlineData(" / HTTP/1.1" + Rest)]
    public void Row21_a_method_without_end_is_refused(string after) =>
        HeadReading.Refused(400, new string('A', 8192) + after);

    [Theory]
    [InlineData(0x01)]
    [InlineData(0x08)]
    [InlineData(0x0B)]
    [InlineData(0x1B)]
    [InlineData(0x1F)]
    [InlineData(0x7F)]
    [InlineData(0x00)]
    public void Row22_and_23_control_bytes_in_the_target_are_refused(int value)
    {
        HeadReading.Refused(400, $"GET /a{(char)value}b HTTP/1.1{Rest}");
        HeadReading.Refused(400, $"GET /?{(char)value}");
    }

    [Theory]
    [InlineData("/a%00.html", 400)]
    [InlineData("/%00", 400)]
    [InlineData("/a%20%00?b", 400)]
    [InlineData("/a?b=%00", 0)]
    [InlineData("/a%01", 0)]
    [InlineData("/a%2500", 0)]
    public void Row24_an_escaped_nul_in_the_path_is_refused(string target, int status) => Judge(target, status);

    [Theory]
    [InlineData("/\u00C3\u00A9", 400)]
    [InlineData("/\u00E9", 400)]
    [InlineData("/a?\u0080", 400)]
    [InlineData("/%C3%A9", 0)]
    [InlineData("/a|b^c{d}e\"f<g>h`i\\j", 0)]
    [InlineData("/!$&'()*+,;=:@~-._[]?/?", 0)]
    public void Row25_bytes_outside_ascii_are_refused(string target, int status)
    {
        Judge(target, status);

        var reading = HeadReading.Of($"GET {target} HTTP/1.1{Rest}");
        Assert.Equal(target, reading.Text(reading.Head.Target));
    }

    [Theory]
    [InlineData("/%", 400)]
    [InlineData("/%2", 400)]
    [InlineData("/%zz", 400)]
    [InlineData("/%2g", 400)]
    [InlineData("/%%20", 400)]
    [InlineData("/a?b=%", 400)]
    [InlineData("/a%20%2", 400)]
    [InlineData("/%u0041", 400)]
    [InlineData("/%2f%2F%aB", 0)]
    [InlineData("/%c0%ae", 0)]
    public void Row26_a_broken_escape_is_refused_and_a_whole_one_left_to_the_decoder(string target, int status) =>
        Judge(target, status);

    [Theory]
    [InlineData("\u0016\u0003\u0001\u0002\u0000\u0001")]
    [InlineData("\u0016\u0003")]
    [InlineData("\u0016")]
    public void Row72_a_tls_hello_is_told_apart(string text) =>
        Assert.Contains("TLS", HeadReading.Refused(400, text).Refusal.Why, StringComparison.Ordinal);

    [Theory]
    [InlineData("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", RequestHeadStatus.Http2Preface)]
    [InlineData("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0", RequestHeadStatus.Http2Preface)]
    [InlineData("PRI * HTTP/2.0\r\n\r\nSM\r\n\r", RequestHeadStatus.Incomplete)]
    [InlineData("P", RequestHeadStatus.Incomplete)]
    [InlineData("PRI * HTTP/2.0\r\n\r\nSX", RequestHeadStatus.Refused)]
    [InlineData("PRI * HTTP/2.0\r\nHost", RequestHeadStatus.Refused)]
    [InlineData("\r\nPRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", RequestHeadStatus.Refused)]
    [InlineData("PRI * HTTP/1.1\r\n", RequestHeadStatus.Refused)]
    public void Row73_the_preface_of_http_2_is_told_apart(string text, RequestHeadStatus status) =>
        Assert.Equal(status, HeadReading.Of(text).Status);

    [Theory]
    [InlineData("GET / HTTP/2.0\r\n", 505)]
    [InlineData("FOO / HTTP/1.1\r\n", 501)]
    [InlineData("CONNECT a:1 HTTP/1.1\r\n", 405)]
    [InlineData("GET /# HTTP/1.1\r\n", 400)]
    [InlineData("GET /v1/\u0001", 400)]
    public void A_bad_line_is_refused_before_the_headers_come(string text, int status) =>
        HeadReading.Refused(status, text);

    [Fact]
    public void A_refused_target_can_still_be_compared()
    {
        var reading = HeadReading.Refused(400, "POST /v1/rooms/\u00E9 HTTP/1.1\r\n");

        Assert.StartsWith("/v1/", reading.Text(reading.Head.Target), StringComparison.Ordinal);
        Assert.Equal(RequestMethod.Post, reading.Head.Method);
    }

    private static void Judge(string target, int status)
    {
        var text = $"GET {target} HTTP/1.1{Rest}";
        _ = status == 0 ? HeadReading.Accepted(text) : HeadReading.Refused(status, text);
    }
}
