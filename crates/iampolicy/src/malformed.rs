//! Why a text is no policy: a code that stays, the place, and the sentence that AWS answers with.
//!
//! Certainty of AWS's sentences, marked at each: **\[I\]** quoted in public issues from real replies, **\[K\]** known but
//! not seen again. Where AWS answers one sentence for many causes (`Syntax errors in policy.`), the cause is in [`Code`].

use std::fmt;

/// A place in a text, for people: both count from 1, columns in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    pub line: usize,
    pub column: usize,
}

impl Position {
    /// Where the byte `at` of `text` stands.
    pub(crate) fn of(text: &str, at: usize) -> Self {
        let mut at = at.min(text.len());
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        let before = text.get(..at).unwrap_or_default();
        let line = before.rsplit('\n').next().unwrap_or_default();
        Self {
            line: before.matches('\n').count() + 1,
            column: line.chars().count() + 1,
        }
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.line, self.column)
    }
}

/// What is wrong. The texts of [`Code::id`] never change.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Code {
    /// Not JSON.
    Syntax,
    /// Not UTF-8.
    NotUtf8,
    ByteOrderMark,
    LoneSurrogate,
    /// More bytes than these.
    TooLong(usize),
    TooDeep,
    DuplicateKey(String),
    /// An element that the grammar does not have.
    UnknownElement(String),
    /// A value of another type than the element takes.
    WrongType(&'static str),
    /// An element that a policy must have.
    Missing(&'static str),
    /// Two elements of which one excludes the other.
    Both(&'static str, &'static str),
    UnknownVersion(String),
    /// `Effect` is neither `Allow` nor `Deny`.
    Effect(String),
    NoActions,
    NoResources,
    /// An action without its service.
    NoVendor(String),
    /// An action with more than one colon.
    Colons(String),
    /// A service with other characters than letters, digits, `-`, `.` and wildcards.
    Vendor(String),
    /// A resource that is neither an ARN nor `*`.
    NotAnArn(String),
    /// An ARN that AWS's older parser stumbles over: five fields, or an empty partition or service.
    Legacy(String),
    Partition(String, String),
    /// An ARN of `iam` whose last field is neither `*` nor begins with a type of resource.
    IamPath(String),
    /// An ARN of a service without regions that names one.
    Region(String, String),
    /// `Principal` where the identity is who it is attached to.
    PrincipalForbidden,
    PrincipalMissing,
    /// What kind of principal, and its value.
    Principal(String, String),
    ResourceForbidden(&'static str),
    /// A trust policy with other actions than those of `sts`.
    NotSts(String),
    /// `NotPrincipal` with `Allow` in a trust policy.
    NotPrincipalAllow,
    /// A resource control policy that does more than deny everyone.
    ResourceControl,
    DuplicateSid(String),
    SidCharacters(String),
    UnknownOperator(String),
    /// An operator, and a value it cannot compare with.
    Value(String, String),
    /// In a case of a simulation: a principal that cannot ask for anything.
    Caller(String),
}

/// The types of resources of IAM, as AWS lists them in its refusal.
pub(crate) const IAM_TYPES: &[&str] = &[
    "user/",
    "federated-user/",
    "role/",
    "group/",
    "instance-profile/",
    "mfa/",
    "server-certificate/",
    "policy/",
    "sms-mfa/",
    "saml-provider/",
    "oidc-provider/",
    "report/",
    "access-report/",
];

/// A text that is no policy.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{at}: {} ({})", self.detail(), self.code.id())]
pub struct Malformed {
    pub at: Position,
    pub code: Code,
}

impl Malformed {
    pub(crate) fn new(text: &str, at: usize, code: Code) -> Self {
        Self {
            at: Position::of(text, at),
            code,
        }
    }

    /// The sentence that AWS puts into `MalformedPolicyDocument`.
    pub fn aws_message(&self) -> String {
        self.code.aws_message()
    }

    /// The cause, in a sentence of our own.
    pub fn detail(&self) -> String {
        self.code.detail()
    }
}

impl Code {
    /// The permanent name of this cause.
    pub fn id(&self) -> &'static str {
        match self {
            Self::Syntax => "POL-E001",
            Self::NotUtf8 => "POL-E002",
            Self::ByteOrderMark => "POL-E003",
            Self::LoneSurrogate => "POL-E004",
            Self::TooLong(_) => "POL-E005",
            Self::TooDeep => "POL-E006",
            Self::DuplicateKey(_) => "POL-E007",
            Self::UnknownElement(_) => "POL-E008",
            Self::WrongType(_) => "POL-E009",
            Self::Missing(_) => "POL-E010",
            Self::Both(..) => "POL-E011",
            Self::UnknownVersion(_) => "POL-E012",
            Self::Effect(_) => "POL-E013",
            Self::NoActions => "POL-E014",
            Self::NoResources => "POL-E015",
            Self::NoVendor(_) => "POL-E016",
            Self::Colons(_) => "POL-E017",
            Self::Vendor(_) => "POL-E018",
            Self::NotAnArn(_) => "POL-E019",
            Self::Legacy(_) => "POL-E020",
            Self::Partition(..) => "POL-E021",
            Self::PrincipalForbidden => "POL-E022",
            Self::PrincipalMissing => "POL-E023",
            Self::Principal(..) => "POL-E024",
            Self::ResourceForbidden(_) => "POL-E025",
            Self::NotSts(_) => "POL-E026",
            Self::NotPrincipalAllow => "POL-E027",
            Self::ResourceControl => "POL-E028",
            Self::DuplicateSid(_) => "POL-E029",
            Self::SidCharacters(_) => "POL-E030",
            Self::UnknownOperator(_) => "POL-E031",
            Self::Value(..) => "POL-E032",
            Self::Caller(_) => "POL-E033",
            Self::IamPath(_) => "POL-E034",
            Self::Region(..) => "POL-E035",
        }
    }

    /// AWS's sentence.
    fn aws_message(&self) -> String {
        match self {
            // [I]
            Self::NoActions => "Policy statement must contain actions.".to_owned(),
            Self::NoResources => "Policy statement must contain resources.".to_owned(),
            Self::NoVendor(_) => "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.".to_owned(),
            Self::Colons(_) => "Actions/Condition can contain only one colon.".to_owned(),
            Self::Vendor(vendor) => format!("Vendor {vendor} is not valid"),
            Self::NotAnArn(text) => format!("Resource {text} must be in ARN format or \"*\"."),
            Self::Legacy(_) | Self::Effect(_) => "The policy failed legacy parsing".to_owned(),
            Self::Partition(partition, arn) => {
                format!("Partition \"{partition}\" is not valid for resource \"{arn}\".")
            }
            Self::IamPath(_) => {
                let types = IAM_TYPES.join(", ");
                format!("IAM resource path must either be \"*\" or start with {types}.")
            }
            Self::Region(service, arn) => match service.as_str() {
                "iam" => format!("IAM resource {arn} cannot contain region information."),
                _ => format!("Resource {arn} can not contain region information."),
            },
            Self::PrincipalForbidden => "Policy document should not specify a principal.".to_owned(),
            Self::Principal(kind, value) => format!("Invalid principal in policy: \"{kind}\":\"{value}\""),
            Self::ResourceForbidden(element) => format!("Has prohibited field {element}"),
            Self::NotSts(_) => "AssumeRole policy may only specify STS AssumeRole actions.".to_owned(),
            Self::DuplicateSid(_) => "Statement IDs (SID) in a single policy must be unique.".to_owned(),
            // [K]
            Self::PrincipalMissing => "Missing required field Principal".to_owned(),
            Self::NotPrincipalAllow => "Has prohibited field NotPrincipal".to_owned(),
            Self::SidCharacters(_) => {
                "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*"
                    .to_owned()
            }
            // [I] for JSON, elements, types and operators alike.
            _ => "Syntax errors in policy.".to_owned(),
        }
    }

    fn detail(&self) -> String {
        match self {
            Self::Syntax => "this is not JSON".to_owned(),
            Self::NotUtf8 => "this is not UTF-8".to_owned(),
            Self::ByteOrderMark => "the text begins with a byte order mark: save it as UTF-8 without one".to_owned(),
            Self::LoneSurrogate => "half of a surrogate pair stands for no character".to_owned(),
            Self::TooLong(most) => format!("the text is longer than {most} bytes"),
            Self::TooDeep => format!("values lie more than {} deep within each other", crate::json::MAX_DEPTH),
            Self::DuplicateKey(key) => format!("\"{key}\" stands twice in one object"),
            Self::UnknownElement(key) => format!("a policy has no element \"{key}\" here"),
            Self::WrongType(element) => format!("{element} takes another type of value"),
            Self::Missing(element) => format!("{element} is missing"),
            Self::Both(one, other) => format!("{one} and {other} exclude each other"),
            Self::UnknownVersion(version) => {
                format!("there is no version \"{version}\", only \"2012-10-17\" and \"2008-10-17\"")
            }
            Self::Effect(effect) => format!("Effect is \"Allow\" or \"Deny\", with this case, not \"{effect}\""),
            Self::NoVendor(action) => format!("the action \"{action}\" lacks its service, as in s3:GetObject"),
            Self::Colons(action) => format!("the action \"{action}\" has more than one colon"),
            Self::Vendor(vendor) => format!("no service can be called \"{vendor}\""),
            Self::Legacy(arn) => format!("the ARN \"{arn}\" has the wrong number of fields, or an empty one"),
            Self::PrincipalForbidden => {
                "the principal is who this policy is attached to: it cannot be named in it".to_owned()
            }
            Self::PrincipalMissing => "a statement of this kind of policy must say whom it speaks of".to_owned(),
            Self::Principal(kind, value) => format!("\"{value}\" is no principal of type {kind}"),
            Self::ResourceForbidden(element) => format!("a trust policy has no {element}: the role is the resource"),
            Self::NotSts(action) => format!("a trust policy cannot speak of \"{action}\", only of actions of sts"),
            Self::NotPrincipalAllow => "a trust policy cannot allow all but some".to_owned(),
            Self::ResourceControl => {
                "a resource control policy denies, to the principal \"*\"; only RCPFullAWSAccess allows".to_owned()
            }
            Self::DuplicateSid(sid) => format!("two statements are called \"{sid}\""),
            Self::SidCharacters(sid) => format!("the Sid \"{sid}\" has other characters than A-Z, a-z and 0-9"),
            Self::UnknownOperator(operator) => format!("there is no condition operator \"{operator}\""),
            Self::Value(operator, value) => format!("{operator} cannot compare with \"{value}\""),
            Self::IamPath(arn) => {
                format!("\"{arn}\" names no type of resource of iam, such as user/ or role/")
            }
            Self::Region(service, _) => format!("{service} knows no regions: leave the field empty"),
            Self::Caller(text) => {
                format!("\"{text}\" is no principal that can ask: an ARN of IAM or STS, or the name of a service")
            }
            _ => self.aws_message(),
        }
    }
}
