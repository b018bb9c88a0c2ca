namespace Culvert.Protocol.Http;

/// <summary>Every refusal that the reader can give, with its status and its words.</summary>
internal static class Refusals
{
    public static HttpRefusal BlankLines => Bad("More than two blank lines stand before the request.");

    public static HttpRefusal Tls => Bad("The connection begins with TLS, but this port speaks plain HTTP.");

    public static HttpRefusal FirstByte => Bad("The request begins with a byte that no method begins with.");

    public static HttpRefusal BareLineFeed => Bad("A line ends with LF alone; lines of HTTP end with CR LF.");

    public static HttpRefusal BareCarriageReturn => Bad("A CR is not followed by LF.");

    public static HttpRefusal ControlInRequestLine => Bad("The request line holds a control character.");

    public static HttpRefusal ControlInHeader => Bad("A header holds a control character.");

    public static HttpRefusal NoTarget => Bad("The request line has no target.");

    public static HttpRefusal NoVersion => Bad("The request line has no version; HTTP/0.9 is not spoken here.");

    public static HttpRefusal MethodNotToken => Bad("The method holds a byte that no method may hold.");

    public static HttpRefusal MethodTooLong => Bad("The request line does not show the end of its method.");

    public static HttpRefusal VersionMalformed => Bad("The request line does not end with a version of HTTP.");

    public static HttpRefusal Version => new(505, "Only HTTP/1.0 and HTTP/1.1 are spoken here.");

    public static HttpRefusal MethodUnknown => new(501, "The method is not known here.");

    public static HttpRefusal MethodNotAllowed => new(405, "The method is not allowed.");

    public static HttpRefusal LineTooLong => new(414, "The request line is too long.");

    public static HttpRefusal SpaceInTarget => Bad("The request line has more than two spaces.");

    public static HttpRefusal NotAsciiInTarget => Bad("The target holds a byte that is not ASCII; escape it.");

    public static HttpRefusal Fragment => Bad("The target holds a fragment, which is never sent.");

    public static HttpRefusal Escape => Bad("The target holds a percent sign without two hexadecimal digits.");

    public static HttpRefusal NulEscape => Bad("The path holds an escaped NUL.");

    public static HttpRefusal AsteriskForm => Bad("The target * is for OPTIONS only.");

    public static HttpRefusal TargetNotPath => Bad("The target is neither a path nor an http URI.");

    public static HttpRefusal TargetScheme => Bad("The target's scheme is neither http nor https.");

    public static HttpRefusal TargetUser => Bad("The target names a user, which http URIs must not.");

    public static HttpRefusal TargetAuthority => Bad("The target's host or port is not valid.");

    public static HttpRefusal TargetNotHost => Bad("The target and the Host header name different hosts.");

    public static HttpRefusal HeadersTooLarge => new(431, "The headers are too large.");

    public static HttpRefusal TooManyHeaders => new(431, "There are too many headers.");

    public static HttpRefusal FoldedHeader => Bad("A line begins with white space; folded headers are obsolete.");

    public static HttpRefusal NoColon => Bad("A header line has no colon.");

    public static HttpRefusal EmptyName => Bad("A header has no name.");

    public static HttpRefusal SpaceBeforeColon => Bad("White space stands between a header's name and its colon.");

    public static HttpRefusal NameNotToken => Bad("A header's name holds a byte that no name may hold.");

    public static HttpRefusal HostMissing => Bad("The Host header is missing.");

    public static HttpRefusal HostRepeated => Bad("There is more than one Host header.");

    public static HttpRefusal Host => Bad("The Host header is empty or not a valid host and port.");

    public static HttpRefusal ContentLength => Bad("Content-Length is not a whole number of bytes.");

    public static HttpRefusal ContentLengthRepeated => Bad("There is more than one Content-Length.");

    public static HttpRefusal LengthAndEncoding => Bad("There are both Content-Length and Transfer-Encoding.");

    public static HttpRefusal TransferEncoding => Bad("Transfer-Encoding is not exactly one chunked.");

    public static HttpRefusal TransferCoding => new(501, "The transfer coding is not known here; use chunked alone.");

    public static HttpRefusal EncodingInHttp10 => Bad("HTTP/1.0 knows no Transfer-Encoding.");

    public static HttpRefusal AuthorizationRepeated => Bad("There is more than one Authorization.");

    public static HttpRefusal Expectation => new(417, "The only expectation that can be met is 100-continue.");

    private static HttpRefusal Bad(string why) => new(400, why);
}
